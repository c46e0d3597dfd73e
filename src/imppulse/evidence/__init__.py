"""Statistics for few territories: what police and population think of each other.

Every public name is here and loads when it is first used:
`from imppulse.evidence import SampleDesign, mean`. `__init__.pyi` lists them with the
folder each lives in; docs/methods/ has a page per method.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
