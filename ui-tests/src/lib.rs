//! What the macros answer to mistakes: `ui/<macro>/{pass,fail}/<mistake>.rs`, one mistake in each file.
