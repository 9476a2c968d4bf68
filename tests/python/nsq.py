"""The half of the tests at NSQ that is in Python: `nsq.py <role> <host:port> [...]`, with ansq, which knows nothing of Rust."""

import asyncio
import json
import sys

import ansq
import cbor2

FORMS = {"json": json, "cbor": cbor2}


async def listen(address, form, topic, channel, count):
    """Prints what comes, and finishes it."""
    reader = await ansq.create_reader(topic=topic, channel=channel, nsqd_tcp_addresses=[address])
    print("ready", flush=True)
    async for message in reader.messages():
        body = FORMS[form].loads(message.body)
        print(json.dumps([body["number"], message.attempts]), flush=True)
        await message.fin()
        count -= 1
        if count == 0:
            break
    await reader.close()


async def send(address, form, topic, count):
    """Publishes one by one, and several at once."""
    writer = await ansq.create_writer(nsqd_tcp_addresses=[address])
    for number in range(count - 2):
        response = await writer.pub(topic, FORMS[form].dumps({"number": number}))
        assert response.is_ok, response
    several = [FORMS[form].dumps({"number": number}) for number in (count - 2, count - 1)]
    assert (await writer.mpub(topic, *several)).is_ok
    await writer.close()


async def behave(address):
    """What a client of NSQ's may expect of any nsqd."""
    features = ansq.ConnectionFeatures(heartbeat_interval=1000, msg_timeout=1000)
    host, port = address.split(":")
    options = ansq.ConnectionOptions(features=features)
    one = await ansq.open_connection(host, int(port), connection_options=options)
    assert (await one.pub("behaviour", "first")).is_ok
    assert (await one.mpub("behaviour", "second", "third")).is_ok
    await one.subscribe("behaviour", "channel", 1)
    first = await anext(one.messages())
    assert (first.body, first.attempts) == (b"first", 1), first
    await first.req(10)
    seen = []
    async for message in one.messages():
        seen.append((message.body, message.attempts))
        await message.fin()
        if len(seen) == 3:
            break
    assert sorted(seen) == [(b"first", 2), (b"second", 1), (b"third", 1)], seen
    assert (await one.dpub("behaviour", "later", 50)).is_ok
    later = await anext(one.messages())
    assert (later.body, later.attempts) == (b"later", 1), later
    # It is not finished in time, and comes again; touched, it lasts longer.
    await asyncio.sleep(0.7)
    await later.touch()
    await asyncio.sleep(0.7)
    await later._connection.fin(later.id)
    again = asyncio.ensure_future(anext(one.messages()))
    done, _ = await asyncio.wait([again], timeout=1.5)
    assert not done, "what was touched and finished has come again"
    again.cancel()
    await one.close()
    print("as expected", flush=True)


def main():
    role, address, *rest = sys.argv[1:]
    rest = [int(word) if word.isdigit() else word for word in rest]
    asyncio.run({"listen": listen, "send": send, "behave": behave}[role](address, *rest))


main()
