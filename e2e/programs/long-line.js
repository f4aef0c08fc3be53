// Bad habit: prints one line that never ends.
const chunk = 'x'.repeat(1024 * 1024);
for (let sent = 0; sent < 50; sent += 1) {
  if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
console.log('');
console.log('line over');
setInterval(() => {}, 1000);
