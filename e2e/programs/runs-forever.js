// No bad habit: runs until it is asked to end. `--log <line>` prints a line first.
const at = process.argv.indexOf('--log');
if (at !== -1) console.log(process.argv[at + 1]);
setInterval(() => {}, 1000);
