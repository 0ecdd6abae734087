"""The web process: `granian --interface wsgi app.wsgi:application`."""

import gc

# Starting makes many objects that all stay: looking for rubbish among them costs
# a sixth of the time until the first answer, and finds none.
gc.disable()

from app.factory import create_app  # noqa: E402 - the import is most of the start

application = create_app()

gc.freeze()
gc.enable()
