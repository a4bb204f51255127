"""What every test of the contracts begins with."""

import tempfile

import boa.interpret

# titanoboa 0.2.8 knows its stored builds by a contract and the modules that it imports itself, but
# not by those that these import: after a change there, it would test what was. So: no old builds.
BUILDS = tempfile.TemporaryDirectory()
boa.interpret.set_cache_dir(BUILDS.name)
