"""The line to one console, cut when nothing goes through it any more.

Closing waits until everything that was written has been taken, and whoever reads nothing takes
nothing: the socket, its task and its buffers would stay for as long as that machine lives.
"""

from asyncio import TimerHandle

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class ImpatientLine(WebSocketsSansIOProtocol):
    """uvicorn's, with an end for consoles that are there and do not read."""

    patience_seconds = 20.0
    _cutting: TimerHandle | None = None

    def pause_writing(self) -> None:
        """What waits to be taken fills the buffer."""
        super().pause_writing()
        self._cutting = self.loop.call_later(self.patience_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._have_patience()

    def keepalive_timeout(self) -> None:
        """Nobody answered; a polite end needs somebody who reads."""
        super().keepalive_timeout()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_patience()
        super().connection_lost(exc)

    def _have_patience(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
            self._cutting = None
