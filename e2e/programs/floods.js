// Bad habit: prints without end. `floods.js <megabytes>`, then runs on and says so.
const megabytes = Number(process.argv[2] ?? 100);
const line = `${'x'.repeat(79)}\n`;
const chunk = line.repeat(13_107); // about a megabyte
for (let sent = 0; sent < megabytes; sent += 1) {
  if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
setTimeout(() => console.log('flood over'), 1500);
setInterval(() => {}, 1000);
