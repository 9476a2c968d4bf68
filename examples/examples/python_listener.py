"""Hears events `motion` of a Rust process at a broker of STOMP, and answers with `light_wanted`: `python_listener.py HOST PORT DESTINATION...`.

It needs stomp.py, of which nobody on the other side knows.
"""

import json
import sys

import stomp


class Listener(stomp.ConnectionListener):
    def __init__(self, connection, answer):
        self.connection = connection
        self.answer = answer

    def on_message(self, frame):
        motion = json.loads(frame.body)
        print(f"motion in the {motion['room']}, {motion['lux']} lux", flush=True)
        wanted = {"room": motion["room"], "level": 0 if motion["lux"] > 50 else 80}
        self.connection.send(self.answer, json.dumps(wanted), content_type="application/json")


def main(host, port, heard, answer):
    connection = stomp.Connection12([(host, int(port))], vhost="/", auto_content_length=False)
    connection.set_listener("", Listener(connection, answer))
    connection.connect("guest", "guest", wait=True)
    connection.subscribe(heard, 1, headers={"receipt": "subscribed"})
    print("ready", flush=True)
    # Until the other side is done.
    sys.stdin.read()
    connection.disconnect()


if __name__ == "__main__":
    main(*sys.argv[1:5])
