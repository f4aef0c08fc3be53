"""Contends for a lock with kazoo, as agents of 2015 do, and says on stdout when it holds it and when it let go.

usage: contend.py <host:port> <path> <rounds>
"""
import sys
import time

from kazoo.client import KazooClient

hosts, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = KazooClient(hosts=hosts, timeout=5.0)
client.start()
for _ in range(rounds):
    lock = client.Lock(path, "kazoo")
    lock.acquire()
    print("held", time.time() * 1000, flush=True)
    time.sleep(0.02)
    print("left", time.time() * 1000, flush=True)
    lock.release()
client.stop()
