from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import create_app
from webapp.addresses import client_key
from webapp.api.upload import join_queue
from webapp.settings import Settings


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_client_is_an_ipv4_address_or_a_64_bit_prefix_of_ipv6(address: str, key: str) -> None:
    assert client_key(address) == key


@pytest.fixture
def limited(middle_of_a_minute: None) -> FlaskClient:
    return create_app(Settings(paintings_per_minute=2)).test_client()


def ask(client: FlaskClient, address: str) -> int:
    return client.post("/api/paint", environ_overrides={"REMOTE_ADDR": address}).status_code


def test_all_addresses_of_a_64_bit_prefix_are_counted_together(limited: FlaskClient) -> None:
    assert [ask(limited, f"2001:db8::{number}") for number in range(3)] == [415, 415, 429]
    assert ask(limited, "2001:db8:0:1::1") == 415


def test_a_place_in_the_queue_belongs_to_a_64_bit_prefix(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": "2001:db8::1"}), closing(join_queue()) as place:
        assert place.address == "2001:db8::/64"
