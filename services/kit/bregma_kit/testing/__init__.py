"""What the tests of every room share: real servers, and a proxy that makes a store misbehave."""
