# Verifies an access token with PyJWT (pip install "pyjwt[crypto]"): by the published keys, then against what has been revoked.
# Usage: python verify.py ADDRESS TOKEN REVOCATIONS_TOKEN
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jwt

address, token, revocations_token = sys.argv[1:4]
keys = jwt.PyJWKClient(f"{address}/.well-known/jwks.json")
sessions: set[str] = set()
roles: dict[str, str] = {}
since: str | None = None


def follow() -> None:
    """To be called twice a second. What is told twice changes nothing; drop an entry when its forgetAt has passed."""
    global since
    more = True
    while more:
        query = "" if since is None else "?" + urllib.parse.urlencode({"since": since})
        request = urllib.request.Request(f"{address}/revocations{query}", headers={"authorization": f"Bearer {revocations_token}"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                page = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 400 or since is None:
                raise
            # The service has another database than before, which knows no such place: from the beginning.
            since = None
            continue
        for item in page["items"]:
            if item["kind"] == "session":
                sessions.add(item["sid"])
            else:
                roles[item["sub"]] = item["role"]
        since, more = page["cursor"], page["more"]


def verify(text: str) -> dict:
    if jwt.get_unverified_header(text).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    key = keys.get_signing_key_from_jwt(text).key
    claims = jwt.decode(text, key, algorithms=["EdDSA", "ES256"], issuer=address, audience="gatehouse", options={"require": ["exp", "sub", "sid", "role"]})
    if claims["sid"] in sessions or roles.get(claims["sub"], claims["role"]) != claims["role"]:
        raise jwt.InvalidTokenError("revoked")
    return claims


try:
    follow()
    print(f"accepted: {verify(token)['sub']}")
except jwt.PyJWTError as error:
    print(f"refused: {error}")
    sys.exit(1)
