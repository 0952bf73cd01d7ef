"""Pages for vendors behind the links of text messages: offers, orders step by step, their own.

Rendered on the server, complete without JavaScript, made for a small old phone. A GET changes
nothing, since previews of messages open links too. An offer's or an order's link opens that alone;
a vendor's own pages need a code that was sent to its registered telephone. Start in `pages.py`.
"""
