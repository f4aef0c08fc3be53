// Bad habit: does not end when asked to.
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
console.log(`ready ${process.pid}`);
