//! How deep JSON text is, without reading it.

/// Whether JSON text has at most so many levels, the innermost scalar included: `1` has one, `[]` and `[1]` have two.
///
/// Takes neither memory nor more than one look at each byte. Text that is no JSON gets the answer for what stands in front of the
/// first fault, or a stricter one.
#[must_use]
pub fn depth_within(body: &[u8], limit: usize) -> bool {
    let Some(room) = limit.checked_sub(1) else { return false };
    // Each level takes a byte at least.
    if body.len() <= room {
        return true;
    }
    let (mut open, mut bytes) = (0, body.iter());
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_text(&mut bytes),
            b'[' | b'{' if open == room => return false,
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Goes behind the quotation mark that ends a text.
fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}
