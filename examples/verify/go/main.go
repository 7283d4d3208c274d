// Verifies an access token with golang-jwt: by the published keys, then against what has been revoked.
// Usage: go run . ADDRESS TOKEN REVOCATIONS_TOKEN
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type claims struct {
	Sid  string `json:"sid"`
	Role string `json:"role"`
	jwt.RegisteredClaims
}

var (
	address  = os.Args[1]
	client   = &http.Client{Timeout: 5 * time.Second}
	keys     = map[string]ed25519.PublicKey{}
	sessions = map[string]bool{}
	roles    = map[string]string{}
	since    string
)

// An answer other than 200.
type refusal struct {
	path   string
	status int
}

func (told refusal) Error() string {
	return fmt.Sprintf("%s answered %d", told.path, told.status)
}

func get(path, token string, into any) error {
	request, err := http.NewRequest("GET", address+path, nil)
	if err != nil {
		return err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return refusal{path, answer.StatusCode}
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// At the start and, at most once a second, for a kid that is not known.
func loadKeys() error {
	var set struct{ Keys []struct{ Kid, Crv, X string } }
	if err := get("/.well-known/jwks.json", "", &set); err != nil {
		return err
	}
	for _, key := range set.Keys {
		x, err := base64.RawURLEncoding.DecodeString(key.X)
		if key.Crv == "Ed25519" && err == nil && len(x) == ed25519.PublicKeySize {
			keys[key.Kid] = x
		}
	}
	return nil
}

// To be called twice a second. What is told twice changes nothing; drop an entry when its forgetAt has passed.
func follow(token string) error {
	for more := true; more; {
		var page struct {
			Items  []struct{ Kind, Sid, Sub, Role string }
			Cursor string
			More   bool
		}
		query := ""
		if since != "" {
			query = "?since=" + url.QueryEscape(since)
		}
		var told refusal
		err := get("/revocations"+query, token, &page)
		if errors.As(err, &told) && told.status == 400 && since != "" {
			// The service has another database than before, which knows no such place: from the beginning.
			since = ""
			continue
		}
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if item.Kind == "session" {
				sessions[item.Sid] = true
			} else {
				roles[item.Sub] = item.Role
			}
		}
		since, more = page.Cursor, page.More
	}
	return nil
}

func verify(text string) (*claims, error) {
	var told claims
	_, err := jwt.ParseWithClaims(text, &told, func(token *jwt.Token) (any, error) {
		kid, _ := token.Header["kid"].(string)
		if key, known := keys[kid]; known && token.Header["typ"] == "at+jwt" {
			return key, nil
		}
		return nil, errors.New("no such key, or no access token")
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(address), jwt.WithAudience("gatehouse"), jwt.WithExpirationRequired())
	if err != nil {
		return nil, err
	}
	if role, changed := roles[told.Subject]; sessions[told.Sid] || (changed && role != told.Role) {
		return nil, errors.New("revoked")
	}
	return &told, nil
}

func main() {
	err := errors.Join(loadKeys(), follow(os.Args[3]))
	if err == nil {
		var told *claims
		if told, err = verify(os.Args[2]); err == nil {
			fmt.Println("accepted:", told.Subject)
			return
		}
	}
	fmt.Println("refused:", err)
	os.Exit(1)
}
