//! Random bytes from the system, for keys and salts.

/// Draws `N` bytes; use them for one key or one salt only.
///
/// # Errors
/// If the system has none to give.
pub fn bytes<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_draws_differ() {
        let (one, two) = (super::bytes::<32>().unwrap(), super::bytes::<32>().unwrap());
        assert_ne!(one, two);
    }
}
