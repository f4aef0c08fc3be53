// Bad habit: ends by itself. `exits.js <code>`, or `exits.js <signal>` to be ended by one.
const how = process.argv[2] ?? '0';
if (/^\d+$/.test(how)) process.exit(Number(how));
process.kill(process.pid, how);
setInterval(() => {}, 1000);
