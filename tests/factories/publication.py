import factory
from tests.factories.library import PublishedFactory

from imppulse.publication import models


class BookFactory(PublishedFactory):
    class Meta:
        model = models.Book

    slug = factory.Sequence(lambda n: f"book-{n}")
