//! Bodies that are sent compressed: `Content-Encoding: gzip` (RFC 9110, section 8.4).
//!
//! Limits count the bytes that come out, and no more than the limit is ever unpacked. Every other encoding is refused
//! with 415 and what is read here.

use std::io::{self, Read};

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::read::MultiGzDecoder;

use crate::problem::{OrBug as _, Problem};

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
}

/// What a body says that it is encoded by.
///
/// # Errors
/// 415 for what is not read here, and for one encoding upon another.
pub fn of(headers: &HeaderMap) -> Result<Encoding, Problem> {
    let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return match headers.contains_key(header::CONTENT_ENCODING) {
            true => Err(Problem::unsupported_encoding("several encodings")),
            false => Ok(Encoding::Identity),
        };
    };
    match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Encoding::Identity),
        // Names are to be taken for the same (RFC 9110, section 8.4.1.3).
        "gzip" | "x-gzip" => Ok(Encoding::Gzip),
        other => Err(Problem::unsupported_encoding(other)),
    }
}

impl Encoding {
    /// The bytes of a body, up to a limit.
    ///
    /// # Errors
    /// 413 where there are more, 400 where they are not so encoded.
    pub async fn decoded(self, bytes: Bytes, limit: usize) -> Result<Bytes, Problem> {
        if self == Encoding::Identity {
            return Ok(bytes);
        }
        let unpack = move || unpacked(&bytes, limit);
        tokio::task::spawn_blocking(unpack).await.or_bug("a task died")?
    }

    /// The bytes of a body of any length, as they are asked for.
    pub fn reader(self, input: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        match self {
            Encoding::Identity => Box::new(input),
            Encoding::Gzip => Box::new(Unpacking::Begins(Some(input))),
        }
    }
}

fn unpacked(bytes: &[u8], limit: usize) -> Result<Bytes, Problem> {
    let mut all = Vec::new();
    let within = (limit as u64).saturating_add(1);
    let read = MultiGzDecoder::new(bytes).take(within).read_to_end(&mut all);
    read.map_err(|error| Problem::malformed("body", not_gzip(&error)))?;
    if all.len() > limit { Err(Problem::body_too_large(limit)) } else { Ok(Bytes::from(all)) }
}

fn not_gzip(error: &io::Error) -> String {
    format!("it says Content-Encoding: gzip and cannot be unpacked: {error}")
}

/// Unpacks what is read. The decoder reads as soon as it is made, so it is made where the first bytes are asked for:
/// there may be waited for them.
enum Unpacking<R> {
    Begins(Option<R>),
    Goes(Box<MultiGzDecoder<R>>),
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Unpacking::Begins(input) = self
            && let Some(input) = input.take()
        {
            *self = Unpacking::Goes(Box::new(MultiGzDecoder::new(input)));
        }
        let Unpacking::Goes(decoder) = self else { return Ok(0) };
        decoder.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                io::Error::new(error.kind(), not_gzip(&error))
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).expect("memory takes all");
        packer.finish().expect("memory takes all")
    }

    #[test]
    fn limits_count_what_comes_out() {
        let limit = 1 << 20;
        let status = |bytes: &[u8]| unpacked(bytes, limit).map(|bytes| bytes.len()).map_err(|problem| problem.status());
        assert_eq!(status(&packed(&vec![0; limit])), Ok(limit));
        let bomb = packed(&vec![0; limit + 1]);
        assert!(bomb.len() < limit / 100);
        assert_eq!(status(&bomb), Err(413));
        assert_eq!(status(b"{}"), Err(400));
        assert_eq!(status(&bomb[..bomb.len() / 2]), Err(400));
        assert_eq!(status(&[packed(b"{"), packed(b"}")].concat()), Ok(2));
    }

    #[test]
    fn other_encodings_are_refused() {
        for (value, expected) in [
            (None, Ok(Encoding::Identity)),
            (Some("identity"), Ok(Encoding::Identity)),
            (Some("GZIP"), Ok(Encoding::Gzip)),
            (Some("x-gzip"), Ok(Encoding::Gzip)),
            (Some("br"), Err(415)),
            (Some("gzip, gzip"), Err(415)),
        ] {
            let mut headers = HeaderMap::new();
            headers.extend(value.map(|value| (header::CONTENT_ENCODING, value.parse().expect("a header's value"))));
            assert_eq!(of(&headers).map_err(|problem| problem.status()), expected, "{value:?}");
        }
    }
}
