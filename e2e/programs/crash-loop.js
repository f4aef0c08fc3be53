// Bad habit: runs for a moment, then fails, every time.
setTimeout(() => process.exit(3), 20);
