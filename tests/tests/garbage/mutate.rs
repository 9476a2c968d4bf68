//! Files that somebody broke, by dice.

use looselycoupled_tests::Dice;

/// What stands in files and rarely at the right place.
const PIECES: &[&str] = &[
    "\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "*common",
    "*unknown",
    "<<: *common\n",
    "!Level ",
    "!!str ",
    "!!binary ",
    "|",
    ">-",
    "|9",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    " #",
    "%YAML 9.9\n",
    "---\n",
    "...\n",
    "~",
    "\\x",
    "\r",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "🦀",
    "a: &a [*a]\n",
    "@",
    "`",
    "a.b: 1\n",
    "looselycoupled: {}\n",
];

/// What is no value, or a huge one, wherever it stands.
const VALUES: &[&str] = &[
    "",
    "~",
    "-1",
    "0",
    "1e999",
    "-.inf",
    ".nan",
    "340282366920938463463374607431768211456",
    "18446744073709551615",
    "9223372036854775807",
    "4294967295",
    "0x",
    "0o17",
    "999999999999999999999d",
    "584542046090y",
    "213503982334601d",
    "0s",
    "on",
    "'on'",
    "text",
    "[]",
    "{}",
    "[[[]]]",
    "{ a: { b: c } }",
    "!Dry",
    "!Level",
    "*common",
    "&b 1",
    "\"\\uD800\"",
    "'",
    "a.b.c",
    "..",
    "/",
    "Fountain",
    "frogs",
    "report",
    "{ restart: { budget: 4294967295, within: 0s } }",
    "wait",
    "- 1",
];

/// Breaks a text in one to four ways.
pub(super) fn broken(valid: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = valid.as_bytes().to_vec();
    for _ in 0..=dice.roll(4) {
        bytes = match dice.roll(12) {
            0 => with_bytes_flipped(bytes, dice),
            1 => with_line(&bytes, dice, |_| Vec::new()),
            2 => with_line(&bytes, dice, |line| vec![line.to_owned(), line.to_owned()]),
            3 => with_indent(&bytes, dice),
            4 => with_key_misspelt(&bytes, dice),
            5 | 6 => with_value(&bytes, dice),
            7 => with_lines_swapped(&bytes, dice),
            8 => cut_off(bytes, dice),
            9 => with_repetition(&bytes, dice),
            10 => with_bad_text(bytes, dice),
            _ => with_piece(&bytes, dice),
        };
    }
    bytes
}

/// Changes a text so that it says the same.
pub(super) fn rewritten(valid: &str, dice: &mut Dice) -> Vec<u8> {
    let mut text = valid.to_owned();
    for _ in 0..=dice.roll(4) {
        text = match dice.roll(4) {
            0 => text.replace("fading: yes", "fading: true").replace("0x10", "16"),
            1 => text.replace("capacity: 64", "\"capacity\" : 64"),
            2 => text.replace("  watchdog", "\n  # how long a handler may take\n  watchdog"),
            _ => format!("{text}x-note-{}: [anything, {{ goes: here }}]\n", dice.roll(u64::MAX)),
        };
    }
    if dice.roll(2) == 0 {
        text.push_str("...\n");
    }
    if dice.roll(2) == 0 {
        text = text.replace('\n', "\r\n");
    }
    if dice.roll(2) == 0 {
        text.insert(0, '\u{feff}');
    }
    text.into_bytes()
}

fn place(bytes: &[u8], dice: &mut Dice) -> usize {
    dice.roll(bytes.len() as u64 + 1) as usize
}

fn with_bytes_flipped(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.roll(4) {
        let at = place(&bytes, dice);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << dice.roll(8);
        }
    }
    bytes
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).split_inclusive('\n').map(str::to_owned).collect()
}

/// Puts others in the place of one line.
fn with_line(bytes: &[u8], dice: &mut Dice, others: impl FnOnce(&str) -> Vec<String>) -> Vec<u8> {
    let mut lines = lines(bytes);
    let at = dice.roll(lines.len().max(1) as u64) as usize;
    if let Some(line) = lines.get(at).cloned() {
        drop(lines.splice(at..=at, others(&line)));
    }
    lines.concat().into_bytes()
}

fn with_indent(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let indent = ["  ", " ", "\t", "        "][dice.roll(4) as usize];
    let deeper = dice.roll(2) == 0;
    with_line(bytes, dice, |line| {
        vec![if deeper {
            format!("{indent}{line}")
        } else {
            line.strip_prefix(' ').unwrap_or(line).to_owned()
        }]
    })
}

/// Where a line has its key and its value, if it has any.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    line.split_once(": ").or_else(|| line.strip_suffix(":\n").map(|key| (key, "\n")))
}

fn with_key_misspelt(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (at, how) = (dice.roll(20) as usize, dice.roll(4));
    with_line(bytes, dice, |line| {
        let Some((key, value)) = key_and_value(line) else { return vec![line.to_owned()] };
        let mut letters: Vec<char> = key.chars().collect();
        let at = at % letters.len().max(1);
        match how {
            0 if !letters.is_empty() => drop(letters.remove(at)),
            1 => letters.insert(at, 'x'),
            2 if !letters.is_empty() => letters[at] = '.',
            _ => letters.extend("é\u{301}".chars()),
        }
        vec![format!("{}: {value}", letters.into_iter().collect::<String>())]
    })
}

fn with_value(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let value = VALUES[dice.roll(VALUES.len() as u64) as usize];
    with_line(bytes, dice, |line| match key_and_value(line) {
        Some((key, _)) => vec![format!("{key}: {value}\n")],
        None => vec![format!("{value}\n")],
    })
}

fn with_lines_swapped(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut lines = lines(bytes);
    let count = lines.len().max(1) as u64;
    let (one, other) = (dice.roll(count) as usize, dice.roll(count) as usize);
    if one < lines.len() && other < lines.len() {
        lines.swap(one, other);
    }
    lines.concat().into_bytes()
}

/// As a writer leaves it that was killed.
fn cut_off(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    bytes.truncate(place(&bytes, dice));
    bytes
}

fn with_repetition(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let from = place(bytes, dice);
    let piece: Vec<u8> = bytes.iter().skip(from).take(dice.roll(40) as usize + 1).copied().collect();
    let piece = piece.repeat(dice.roll(200) as usize + 1);
    inserted(bytes, dice, &piece)
}

/// What no UTF-8 is: lone, overlong, cut off, or beyond the last character.
fn with_bad_text(bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let bad: &[u8] =
        [&b"\xff"[..], b"\xc0\xaf", b"\xe2\x82", b"\xf5\x80\x80\x80", b"\xed\xa0\x80"][dice.roll(5) as usize];
    inserted(&bytes, dice, bad)
}

fn with_piece(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let piece = PIECES[dice.roll(PIECES.len() as u64) as usize];
    inserted(bytes, dice, piece.as_bytes())
}

fn inserted(bytes: &[u8], dice: &mut Dice, piece: &[u8]) -> Vec<u8> {
    let (before, after) = bytes.split_at(place(bytes, dice));
    [before, piece, after].concat()
}
