//! Bearer tokens (RFC 6750) in, and what is said to whoever shows none that is taken.

use axum::http::{HeaderMap, Uri, header};
use ducat_engine::keys::key::Refusal;
use ducat_engine::keys::token::{ID_DIGITS, PREFIX, TOKEN_LENGTH, Token};

use crate::problem::Problem;

/// Names under which clients put tokens into URLs.
const QUERY_NAMES: [&str; 6] = ["access_token", "api_key", "apikey", "authorization", "key", "token"];

/// Whether there is a key in a path.
pub(crate) fn is_in_path(uri: &Uri) -> bool {
    uri.path().split('/').any(|part| part.starts_with(PREFIX) && part.len() > PREFIX.len() + ID_DIGITS)
}

/// Refuses a key in a URL.
///
/// # Errors
/// 400.
pub(crate) fn check_url(uri: &Uri) -> Result<(), Problem> {
    if is_in_path(uri) {
        let reason = "a key in a URL is written to logs; its id alone stands there: the 16 digits behind ducat_";
        return Err(Problem::malformed("path", reason));
    }
    let Some(query) = uri.query() else { return Ok(()) };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let is_named = QUERY_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is_named || Token::parse(&value).is_some() {
            let reason = "a key in a URL is written to logs; send it in the Authorization header, and revoke one that \
                          was sent so";
            return Err(Problem::malformed("query", reason));
        }
    }
    Ok(())
}

/// What a request shows.
///
/// # Errors
/// Why there is nothing that could be a key or a token.
pub(crate) fn shown(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let (shown, other) = (shown.next(), shown.next());
    let Some(shown) = shown else {
        return Err(Problem::unauthorized("this server asks for a key; send it as Authorization: Bearer KEY"));
    };
    if other.is_some() {
        return Err(Problem::malformed("header: Authorization", "it is there twice; send it once"));
    }
    let shown = shown.as_bytes();
    let (scheme, rest) = match shown.iter().position(|byte| *byte == b' ') {
        Some(place) => shown.split_at(place),
        None => (shown, &b""[..]),
    };
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(Problem::unauthorized("this server takes keys alone; send one as Authorization: Bearer KEY"));
    }
    Ok(std::str::from_utf8(rest.trim_ascii()).unwrap_or_default())
}

/// Whether what is shown is meant as a key.
pub(crate) fn is_key(shown: &str) -> bool {
    shown.starts_with(PREFIX)
}

/// The token that is shown.
///
/// # Errors
/// When it is none that could be a key's.
pub(crate) fn token(shown: &str) -> Result<Token, Problem> {
    let text = Some(shown).filter(|text| text.len() == TOKEN_LENGTH);
    text.and_then(Token::parse).ok_or_else(|| {
        Problem::invalid_key(
            "what stands behind Bearer is no key, or was cut off: a key is ducat_, 16 digits, _ and 72 digits",
        )
    })
}

/// Why a token is not taken.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    Problem::invalid_key(match refusal {
        Refusal::Unknown => "there is no such key",
        Refusal::Expired => "the key has expired; ask for a new one",
        Refusal::Revoked => "the key was revoked; ask for a new one",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{INVALID_KEY, UNAUTHORIZED};
    use ducat_engine::keys::token::KeyId;

    #[test]
    fn what_is_taken_for_a_token() {
        let text = Token::new(KeyId(7), &[1; 32]).reveal();
        let long = format!("Bearer {}", "a".repeat(100_000));
        for (sent, refusal) in [
            (&[format!("Bearer {text}").as_str()][..], None),
            (&[format!("bearer   {text} ").as_str()], None),
            (&[], Some((401, UNAUTHORIZED))),
            (&["Bearer"], Some((401, INVALID_KEY))),
            (&["Bearer "], Some((401, INVALID_KEY))),
            (&["Basic YTpi"], Some((401, UNAUTHORIZED))),
            (&[text.as_str()], Some((401, UNAUTHORIZED))),
            (&[format!("Bearer {}", &text[1..]).as_str()], Some((401, INVALID_KEY))),
            (&[format!("Bearer {text}0").as_str()], Some((401, INVALID_KEY))),
            (&[format!("Bearer {text} {text}").as_str()], Some((401, INVALID_KEY))),
            (&[long.as_str()], Some((401, INVALID_KEY))),
            (&[format!("Bearer {text}").as_str(), format!("Bearer {text}").as_str()], Some((400, "malformed"))),
        ] {
            let mut headers = HeaderMap::new();
            for value in sent {
                headers.append(header::AUTHORIZATION, value.parse().expect("a value"));
            }
            let read = shown(&headers)
                .and_then(token)
                .map(|token| token.id)
                .map_err(|problem| (problem.status(), problem.code()));
            assert_eq!(
                read,
                refusal.map_or(Ok(KeyId(7)), Err),
                "{}",
                sent.join(" | ").chars().take(99).collect::<String>()
            );
        }
    }

    #[test]
    fn a_key_in_a_url_is_refused() {
        let text = Token::new(KeyId(7), &[1; 32]).reveal();
        for (uri, is_refused) in [
            ("/v1/ledgers?limit=2".to_owned(), false),
            ("/v1/ledgers?access_token=x".to_owned(), true),
            ("/v1/ledgers?Key=x".to_owned(), true),
            (format!("/v1/ledgers?limit={text}"), true),
            (format!("/v1/keys/{text}"), true),
            (format!("/v1/keys/{}", &text[..text.len() - 9]), true),
            ("/v1/ledgers/ducat_ledger".to_owned(), false),
        ] {
            assert_eq!(check_url(&uri.parse().expect("a URI")).is_err(), is_refused, "{uri}");
        }
    }
}
