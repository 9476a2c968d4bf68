//! What stands on the wire between a peer and the broker of the provider `socket`: frames, and values as their bodies.
//!
//! A frame of version 1, numbers big-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | how many bytes follow, at least 12 |
//! | 1 | the [kind](Kind) |
//! | 8 | the id, which what answers repeats |
//! | 2 | how long the name is |
//! | … | the name, UTF-8 |
//! | 1 | how many headers follow, at most 64 |
//! | 1 + … | for each its name: 1 to 255 visible ASCII characters without upper case, none twice |
//! | 2 + … | and its text, UTF-8; names and texts of all headers have at most 16 KiB |
//! | the rest | the body, JSON text where it is a [value](write_value) |
//!
//! There is one way only to write a frame, so what has been read is written again byte for byte.
//!
//! What JSON has no words for stands in a body as an object with one key: raw bytes as `{"$bytes": "AP8="}`, in base64, and what is no
//! finite number as `{"$float": "NaN"}`, `"inf"` or `"-inf"`. A map of one's own that has that very key, and no other, is written with one
//! more dollar sign, `{"$$bytes": …}`, and read with one less. Everything else is plain JSON, so whoever writes JSON can take part.

mod body;
mod codec;
mod error;
mod frame;
mod headers;
mod kind;
mod parts;

pub use body::{BodyError, DEPTH_LIMIT, depth_within, read_value, write_value};
pub use codec::{FrameCodec, HANDSHAKE_LIMIT, USUAL_LIMIT};
pub use error::{FrameError, Part};
pub use frame::Frame;
pub use headers::FrameHeaders;
#[cfg(feature = "socket")]
pub(super) use headers::{HEADERS_LIMIT, MOST_HEADERS};
pub use kind::Kind;

#[cfg(test)]
mod tests;
