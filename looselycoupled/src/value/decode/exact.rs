//! Integers as floating-point numbers, if they can be without rounding.

/// The number itself, if a float of that many digits of mantissa holds it.
#[inline]
pub(in crate::value) fn from_unsigned(number: u64, digits: u32) -> Option<f64> {
    // Comparing after a conversion back would not do: 2^64 - 1 saturates to itself.
    let significant = u64::BITS - (number.leading_zeros() + number.trailing_zeros()).min(u64::BITS);
    #[expect(clippy::cast_precision_loss, reason = "the significant bits have just been counted")]
    (significant <= digits).then_some(number as f64)
}

/// The number itself, if a float of that many digits of mantissa holds it.
#[inline]
pub(in crate::value) fn from_signed(number: i64, digits: u32) -> Option<f64> {
    let magnitude = from_unsigned(number.unsigned_abs(), digits)?;
    Some(if number < 0 { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_float_holds_is_converted() {
        const DIGITS: u32 = f64::MANTISSA_DIGITS;
        assert_eq!(from_unsigned(0, DIGITS), Some(0.0));
        assert_eq!(from_unsigned(1 << 53, DIGITS), Some(9_007_199_254_740_992.0));
        assert_eq!(from_unsigned((1 << 53) + 1, DIGITS), None);
        assert_eq!(from_unsigned(1 << 63, DIGITS), Some(2_f64.powi(63)));
        assert_eq!(from_unsigned(u64::MAX, DIGITS), None);
        assert_eq!(from_signed(i64::MIN, DIGITS), Some(-2_f64.powi(63)));
        assert_eq!(from_signed(-3, DIGITS), Some(-3.0));
        assert_eq!(from_unsigned((1 << 24) + 1, f32::MANTISSA_DIGITS), None);
    }
}
