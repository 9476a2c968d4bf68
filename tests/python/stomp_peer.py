"""A peer of stomp.py at a broker: hears events at one destination, and answers each at another one, without any header of ours.

stomp_peer.py PORT VIRTUAL_HOST HEARS SENDS
"""

import json
import sys

import stomp


class Listener(stomp.ConnectionListener):
    def __init__(self, connection, sends):
        self.connection = connection
        self.sends = sends

    def on_receipt(self, frame):
        print("ready", flush=True)

    def on_error(self, frame):
        print("error", frame.headers, frame.body, flush=True)

    def on_message(self, frame):
        event = json.loads(frame.body)
        print("heard", frame.headers["lc-event"], event["number"], frame.headers["lc-source"], flush=True)
        self.connection.send(self.sends, json.dumps({"number": event["number"] * 2, "text": "größer: \\"}))


port, host, hears, sends = sys.argv[1:]
connection = stomp.Connection12([("127.0.0.1", int(port))], vhost=host, heartbeats=(4000, 4000))
connection.set_listener("", Listener(connection, sends))
connection.connect("guest", "guest", wait=True)
connection.subscribe(hears, id="1", ack="auto", headers={"receipt": "1"})
# Until whoever started it closes this.
sys.stdin.read()
connection.disconnect()
