"""An independent reader of the test vectors, written from spec/ and proto/ alone.

It shares nothing with what writes them: primitives come from `cryptography`, HPKE from `pyhpke`, messages from the
generated stubs, and tables from spec/registry. Every check is a small function that names the requirement it carries
out and can be switched off, so that a run can prove that some vector notices.
"""
