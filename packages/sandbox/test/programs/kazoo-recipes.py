"""Goes through what kazoo offers, against the server of the first argument, and prints what came of it, a line each."""

import sys
import threading

from kazoo.client import KazooClient, KazooState
from kazoo.security import make_acl, make_digest_acl

SERVER = sys.argv[1]
PATIENCE = 10
clients = []


def join(chroot="/kazoo", **options):
    client = KazooClient(hosts=SERVER + chroot, timeout=10, **options)
    client.start(timeout=PATIENCE)
    clients.append(client)
    return client


def say(topic, *facts):
    print(topic + ":", *facts, flush=True)


def error_of(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except Exception as error:
        return type(error).__name__
    return "no error"


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def nodes(ann, bob):
    ann.create("/nodes/a", b"hello", makepath=True)
    data, stat = bob.get("/nodes/a")
    say("node", data, stat.version, stat.numChildren)
    ann.set("/nodes/a", b"changed", version=0)
    say("versions", error_of(bob.set, "/nodes/a", b"x", version=0), bob.get("/nodes/a")[0])
    say("errors", error_of(ann.create, "/nodes/a"), error_of(ann.delete, "/nodes"), error_of(ann.get, "/none"))
    say("sequence", [ann.create("/nodes/n-", sequence=True, ephemeral=True)[-10:] for _ in range(3)])
    path, stat = ann.create("/nodes/b", b"12345", include_data=True)
    say("create2", path, stat.dataLength)
    say("children", sorted(bob.get_children("/nodes"))[:2], bob.get_children("/nodes", include_data=True)[1].numChildren)
    bob.ensure_path("/deep/down/below")
    bob.delete("/deep", recursive=True)
    say("gone", bob.exists("/deep"), bob.sync("/nodes"))


def locks(ann, bob):
    story = []
    first, second = ann.Lock("/lock", "ann"), bob.Lock("/lock", "bob")
    first.acquire()
    say("lock", second.acquire(blocking=False), first.contenders())
    waiting = in_thread(lambda: (second.acquire(timeout=PATIENCE), story.append("bob has it"), second.release()))
    while len(first.contenders()) < 2:
        pass
    story.append("ann lets go")
    first.release()
    waiting.join(PATIENCE)
    say("lock", story, second.contenders())
    with ann.ReadLock("/rw", "ann"), bob.ReadLock("/rw", "bob"):
        say("readers", bob.WriteLock("/rw", "writer").acquire(blocking=False))
    semaphore, other = ann.Semaphore("/semaphore", max_leases=1), bob.Semaphore("/semaphore", max_leases=1)
    with semaphore:
        say("semaphore", other.acquire(blocking=False))
    say("semaphore", other.acquire(blocking=False))
    other.release()


def elections(ann, bob):
    leaders = []
    may_end = threading.Event()

    def lead(name):
        leaders.append(name)
        if name == "ann":
            may_end.wait(PATIENCE)

    first = in_thread(lambda: ann.Election("/election", "ann").run(lead, "ann"))
    while leaders != ["ann"]:
        pass
    second = in_thread(lambda: bob.Election("/election", "bob").run(lead, "bob"))
    while len(ann.Election("/election").contenders()) < 2:
        pass
    may_end.set()
    first.join(PATIENCE)
    second.join(PATIENCE)
    say("election", leaders)


def queues(ann, bob):
    queue = ann.Queue("/queue")
    for item in (b"1", b"2", b"3"):
        queue.put(item)
    queue.put(b"urgent", priority=1)
    say("queue", [bob.Queue("/queue").get() for _ in range(4)], len(queue))
    locking, other = ann.LockingQueue("/locking"), bob.LockingQueue("/locking")
    locking.put_all([b"a", b"b"])
    say("locking queue", locking.get(PATIENCE), other.get(PATIENCE), locking.consume(), other.holds_lock())
    other.consume()
    say("locking queue", len(locking))


def barriers(ann, bob):
    barrier = ann.Barrier("/barrier")
    barrier.create()
    passed = []
    waiting = in_thread(lambda: passed.append(bob.Barrier("/barrier").wait(PATIENCE)))
    barrier.remove()
    waiting.join(PATIENCE)
    say("barrier", passed)
    both = [ann.DoubleBarrier("/double", 2, "ann"), bob.DoubleBarrier("/double", 2, "bob")]
    for phase in ("enter", "leave"):
        threads = [in_thread(getattr(each, phase)) for each in both]
        for thread in threads:
            thread.join(PATIENCE)
        say("double barrier", phase, [each.participating for each in both], len(ann.get_children("/double")))


def counters(ann, bob):
    def count(client):
        counter = client.Counter("/counter")
        for _ in range(20):
            counter += 1

    threads = [in_thread(lambda client=client: count(client)) for client in (ann, bob)]
    for thread in threads:
        thread.join(PATIENCE)
    say("counter", ann.Counter("/counter").value)
    party, other = ann.Party("/party", "ann"), bob.Party("/party", "bob")
    party.join()
    other.join()
    say("party", sorted(party), len(other))
    other.leave()
    say("party", sorted(party))


def watchers(ann, bob):
    seen, news = [], threading.Condition()

    def see(*what):
        with news:
            seen.append(what)
            news.notify()

    def await_seen(*what):
        with news:
            if not news.wait_for(lambda: what in seen, PATIENCE):
                say("never seen", what, "but", seen)

    ann.DataWatch("/watched", lambda data, stat: see("data", data))
    await_seen("data", None)
    bob.create("/watched", b"1")
    await_seen("data", b"1")
    bob.set("/watched", b"2")
    await_seen("data", b"2")
    ann.ChildrenWatch("/watched", lambda children: see("children", sorted(children)))
    await_seen("children", [])
    bob.create("/watched/x")
    await_seen("children", ["x"])
    bob.create("/watched/y", ephemeral=True)
    await_seen("children", ["x", "y"])
    bob.delete("/watched/y")
    bob.delete("/watched/x")
    bob.delete("/watched")
    with news:
        news.wait_for(lambda: seen.count(("data", None)) == 2, PATIENCE)
    say("watchers", [what for what in seen if what[0] == "data"])


def transactions(ann, bob):
    transaction = ann.transaction()
    transaction.create("/t", b"made")
    transaction.check("/t", 0)
    transaction.set_data("/t", b"set", 0)
    transaction.create("/t/x")
    transaction.delete("/t/x")
    results = transaction.commit()
    say("transaction", results[0], results[1], results[2].version, results[3:], bob.get("/t")[0])
    transaction = ann.transaction()
    transaction.set_data("/t", b"never")
    transaction.check("/t", 99)
    transaction.delete("/t")
    say("transaction", [type(result).__name__ for result in transaction.commit()], bob.get("/t")[0])


def access(ann, bob):
    mine = make_digest_acl("ann", "secret", all=True)
    everybody = make_acl("world", "anyone", read=True)
    ann.create("/closed", b"secret", acl=[mine])
    say("access", error_of(bob.get, "/closed"), error_of(bob.set_acls, "/closed", [everybody]))
    insider = join(auth_data=[("digest", "ann:secret")])
    say("access", insider.get("/closed")[0], len(insider.get_acls("/closed")[0]))
    insider.set_acls("/closed", [mine, everybody])
    say("access", bob.get("/closed")[0], error_of(bob.set, "/closed", b""))
    bob.add_auth("digest", "ann:secret")
    bob.set("/closed", b"")
    say("access", insider.get("/closed")[0])


def reconnections(ann, bob):
    states, resumed = [], threading.Event()

    def listen(state):
        states.append(state)
        if state == KazooState.CONNECTED:
            resumed.set()

    ann.create("/mine", ephemeral=True)
    session = ann.client_id
    ann.add_listener(listen)
    ann._connection._socket.shutdown(2)
    resumed.wait(PATIENCE)
    say("reconnection", states, ann.client_id == session, bob.exists("/mine").ephemeralOwner == session[0])
    bob.set("/mine", b"news")
    say("after it", ann.get("/mine")[0])
    ann.remove_listener(listen)
    ann.stop()
    say("after its end", bob.exists("/mine"))
    ann.start(PATIENCE)


def words(ann, bob):
    say("words", ann.command(b"ruok"), ann.server_version()[:2], ann.command(b"isro"))


join("").ensure_path("/kazoo")
people = join(), join()
for topic in (
    nodes, locks, elections, queues, barriers, counters, watchers, transactions, access, reconnections, words,
):
    topic(*people)
for client in clients:
    client.stop()
    client.close()
