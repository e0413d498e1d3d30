//! Strict readings shared by the text formats: decimal numbers, base64, lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Reads an unsigned decimal as `to_string` writes it: digits only, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits && !leading_zero {
        text.parse().ok()
    } else {
        None
    }
}

/// Reads canonical base64 of at most `bytes_max` bytes.
pub(crate) fn base64(text: &str, bytes_max: usize) -> Option<Vec<u8>> {
    if text.len() > bytes_max.div_ceil(3) * 4 {
        return None;
    }
    STANDARD
        .decode(text)
        .ok()
        .filter(|bytes| bytes.len() <= bytes_max)
}

/// Writes base64 as the formats want it.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Cuts off the first line; `None` if no line ends here.
pub(crate) fn line(text: &str) -> Option<(&str, &str)> {
    text.split_once('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in [
            "",
            "00",
            "05",
            "+5",
            "5 ",
            " 5",
            "-0",
            "5\r",
            "18446744073709551616",
            "٥",
        ] {
            assert_eq!(decimal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(base64("AA==", 1), Some(vec![0]));
        for wrong in [
            "AB==", "AA", "AA=", "AA== ", "AA==\r\n", " AA==", "A A=", "AA==AA==", "-_8=",
        ] {
            assert_eq!(base64(wrong, 9), None, "{wrong:?}");
        }
        assert_eq!(base64("AAAA", 2), None);
    }
}
