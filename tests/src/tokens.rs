//! Rust text as words and signs, without comments and without the contents of literals.

use std::iter::Peekable;
use std::str::Chars;

/// A word or a sign of a source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word, or the sign; literals are `""`.
    pub text: String,
    /// The line, counted from one.
    pub line: usize,
}

/// Takes a text apart. Doc comments are comments, and what stands in literals is no code.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text.chars().peekable(), line: 1, found: Vec::new() };
    while reader.step() {}
    reader.found
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    found: Vec<Token>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.line += usize::from(next == Some('\n'));
        next
    }

    fn add(&mut self, text: impl Into<String>, line: usize) {
        self.found.push(Token { text: text.into(), line });
    }

    fn step(&mut self) -> bool {
        let line = self.line;
        let Some(sign) = self.next() else { return false };
        match sign {
            '/' if self.rest.peek() == Some(&'/') => while self.next().is_some_and(|sign| sign != '\n') {},
            '/' if self.rest.peek() == Some(&'*') => self.block_comment(),
            '"' => self.literal(line),
            '\'' => self.quote(line),
            _ if sign == '_' || sign.is_alphanumeric() => self.word(sign, line),
            _ if sign.is_whitespace() => {}
            _ => self.add(sign, line),
        }
        true
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        let mut before = '/';
        while let Some(sign) = self.next() {
            match (before, sign) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    before = sign;
                    continue;
                }
            }
            if depth == 0 {
                return;
            }
            before = ' ';
        }
    }

    fn literal(&mut self, line: usize) {
        while let Some(sign) = self.next() {
            match sign {
                '\\' => drop(self.next()),
                '"' => break,
                _ => {}
            }
        }
        self.add("\"\"", line);
    }

    fn raw_literal(&mut self, line: usize) {
        let mut hashes = 0;
        while self.rest.peek() == Some(&'#') {
            hashes += 1;
            self.next();
        }
        if self.rest.peek() != Some(&'"') {
            return;
        }
        self.next();
        let mut closing = None;
        while let Some(sign) = self.next() {
            closing = match (sign, closing) {
                ('"', _) => Some(0),
                ('#', Some(seen)) => Some(seen + 1),
                _ => None,
            };
            if closing == Some(hashes) {
                break;
            }
        }
        self.add("\"\"", line);
    }

    /// A character, or a lifetime.
    fn quote(&mut self, line: usize) {
        let Some(first) = self.next() else { return };
        if first == '\\' {
            self.next();
            while self.next().is_some_and(|sign| sign != '\'') {}
            self.add("\"\"", line);
        } else if self.rest.peek() == Some(&'\'') {
            self.next();
            self.add("\"\"", line);
        } else {
            while self.rest.peek().is_some_and(|sign| *sign == '_' || sign.is_alphanumeric()) {
                self.next();
            }
        }
    }

    fn word(&mut self, first: char, line: usize) {
        let mut word = String::from(first);
        while let Some(sign) = self.rest.next_if(|sign| *sign == '_' || sign.is_alphanumeric()) {
            word.push(sign);
        }
        match (word.as_str(), self.rest.peek()) {
            ("r" | "br" | "cr", Some('"' | '#')) => self.raw_literal(line),
            ("b" | "c", Some('"')) => {
                self.next();
                self.literal(line);
            }
            _ => self.add(word, line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = "/// unsafe\nfn a<'l>() { /* unsafe /* x */ unsafe */ b(\"unsafe \\\" unsafe\", r#\"un\"safe\"#, '\"', '\\'') }";
        assert_eq!(texts(text).concat(), "fna<>(){b(\"\",\"\",\"\",\"\")}");
    }

    #[test]
    fn lines_are_counted_through_literals_and_comments() {
        let found = tokens("/*\n*/ \"\n\"\nend");
        assert_eq!(found.last().map(|token| (token.text.as_str(), token.line)), Some(("end", 4)));
    }
}
