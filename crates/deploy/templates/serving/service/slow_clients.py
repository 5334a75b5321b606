"""waitress reads bodies itself, before the app is asked, and waits for them without an end: this sets one."""

from __future__ import annotations

import time


def limit_slow_clients(seconds: float) -> None:
    """For the servers that start afterwards: a request whose head and body do not come in time is answered with 408."""
    try:
        from waitress import adjustments, channel, server, utilities
    except ImportError:
        return

    class RequestTimeout(utilities.Error):
        code = 408
        reason = "Request Timeout"

    class TimedChannel(channel.HTTPChannel):
        begun = None

        def received(self, data: bytes) -> bool:
            now = time.monotonic()
            if self.request is None:
                self.begun = now
            taken = super().received(data)
            request = self.request
            if request is not None and not request.completed and self.begun is not None and now - self.begun > seconds:
                # Bytes come one at a time, but they come: waitress's own limit is for silence.
                request.error, request.completed = RequestTimeout(f"the body did not come within {seconds:g} s"), True
                self.requests.append(request)
                self.request = None
                self.server.add_task(self)
            return taken

    # A silent client: the limit counts from its last byte, and is looked at as often.
    adjustments.Adjustments.channel_timeout = max(1, round(seconds))
    adjustments.Adjustments.cleanup_interval = max(1, min(30, round(seconds / 2)))
    server.BaseWSGIServer.channel_class = TimedChannel
