"""The web process: `granian --interface wsgi app.wsgi:application`."""

import gc

# Starting makes many objects that all stay: looking for rubbish among them costs
# a sixth of the time until the first answer, and finds none.
gc.disable()

from app.factory import create_app  # noqa: E402 - the import is most of the start
from app.kernel.logs import configure_logs  # noqa: E402
from app.settings import load_settings  # noqa: E402

_settings = load_settings()
configure_logs(_settings.log_format)
application = create_app(_settings)

gc.freeze()
gc.enable()
