"""Every migration leads up and down, and the tables that the code declares are those that the migrations make."""

from bregma_app import migrate


def test_declared_and_migrated_tables_agree(database_url):
    assert migrate.differences(database_url) == []
    assert migrate.current(database_url) == migrate.heads()


def test_down_and_up_again(database_url):
    migrate.downgrade(database_url)
    assert migrate.current(database_url) == set()
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.heads()
    assert migrate.differences(database_url) == []
    migrate.upgrade(database_url)
