"""Brings a fresh checkout to where its commands can run: environment, console, browser.

Standard library only, since it runs before anything is installed. Each step leaves a stamp of what
it was made from and does nothing while that stands. Start in `__main__.py`.
"""
