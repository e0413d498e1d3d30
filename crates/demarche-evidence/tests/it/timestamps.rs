//! Time stamps made by OpenSSL's own authority, whole, damaged and made for something else.

use std::path::{Path, PathBuf};
use std::process::Command;

use demarche_evidence::timestamp::{self, Authorities, TimestampError};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/timestamps")
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

fn authorities(name: &str) -> Authorities {
    Authorities::parse(&read(&folder(), name)).unwrap()
}

fn checked(name: &str, given: &Authorities) -> Result<timestamp::Stamp, TimestampError> {
    timestamp::check(
        &read(&folder(), name),
        &read(&folder(), "checkpoint"),
        given,
    )
}

#[test]
fn tokens_of_openssl_hold_down_to_the_authority_given() {
    for (name, signer, issuer) in [
        ("rsa.tsr", "rsa", "root"),
        ("rsa-sha512.tsr", "rsa", "root"),
        ("curve.tsr", "curve", "middle"),
    ] {
        let stamp = checked(name, &authorities("root.pem")).unwrap();
        assert_eq!(stamp.signer, format!("{signer}, Example Stamps"), "{name}");
        assert_eq!(stamp.issuer, format!("{issuer}, Example Stamps"), "{name}");
        assert!(stamp.is_traced && stamp.time > 1_790_000_000, "{stamp:?}");
        assert_eq!(stamp.policy, "1.2.3.4.1");
        assert!(!stamp.serial.is_empty());
        // Nobody is trusted unless somebody said so.
        let alone = checked(name, &Authorities::default()).unwrap();
        assert!(!alone.is_traced);
        let other = checked(name, &authorities("other.pem")).unwrap_err();
        assert!(matches!(other, TimestampError::Untraced(..)), "{other}");
        assert!(other.is_undecided());
    }
}

#[test]
fn token_over_other_bytes_fails() {
    let mut data = read(&folder(), "checkpoint");
    data[30] ^= 1;
    for name in ["rsa.tsr", "rsa-sha512.tsr", "curve.tsr"] {
        let token = read(&folder(), name);
        let found = timestamp::check(&token, &data, &authorities("root.pem"));
        assert_eq!(found.unwrap_err(), TimestampError::OtherBytes, "{name}");
    }
}

#[test]
fn expired_certificate_wrong_usage_and_sha_1_are_refused() {
    for given in [authorities("root.pem"), Authorities::default()] {
        let of = |name: &str| checked(name, &given).unwrap_err();
        assert!(matches!(of("ended.tsr"), TimestampError::NotValid(_)));
        assert!(matches!(of("mail.tsr"), TimestampError::Usage(_)));
        assert!(matches!(
            of("sha1-imprint.tsr"),
            TimestampError::Algorithm(_)
        ));
        assert_eq!(of("no-certificate.tsr"), TimestampError::NoCertificate);
    }
}

#[test]
fn no_flipped_bit_and_no_cut_changes_what_a_token_says() {
    let data = read(&folder(), "checkpoint");
    let (root, none) = (authorities("root.pem"), Authorities::default());
    for name in ["rsa.tsr", "curve.tsr"] {
        let token = read(&folder(), name);
        let whole = timestamp::check(&token, &data, &root).unwrap();
        let mut n_refused = 0;
        for bit in 0..token.len() * 8 {
            let mut flipped = token.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Some bits are signed by nobody: versions, empty parameters, certificates between.
            match timestamp::check(&flipped, &data, &none) {
                Ok(stamp) => assert_eq!(
                    timestamp::Stamp {
                        is_traced: true,
                        ..stamp
                    },
                    whole,
                    "{name} bit {bit}"
                ),
                Err(_) => n_refused += 1,
            }
        }
        assert!(n_refused > token.len() * 4, "{name}: {n_refused} refused");
        for length in 0..token.len() {
            assert!(timestamp::check(&token[..length], &data, &none).is_err());
        }
        let longer = [token.as_slice(), b"\0"].concat();
        assert!(timestamp::check(&longer, &data, &none).is_err());
    }
}

#[test]
fn parts_of_two_tokens_do_not_mix() {
    // The signature of one put into the other: both are RSA of one key and one length.
    let (one, mut two) = (
        read(&folder(), "rsa.tsr"),
        read(&folder(), "rsa-sha512.tsr"),
    );
    let (from, to) = (one.len() - 384, two.len() - 384);
    two[to..].copy_from_slice(&one[from..]);
    let data = read(&folder(), "checkpoint");
    let found = timestamp::check(&two, &data, &authorities("root.pem"));
    assert_eq!(found.unwrap_err(), TimestampError::Signature);
}

#[test]
fn nonce_of_a_request_is_that_of_its_token() {
    let data = read(&folder(), "checkpoint");
    let request = read(&folder(), "request.tsq");
    let nonce = timestamp::nonce_of(&request, &data).unwrap();
    assert!(nonce.is_some());
    assert_eq!(
        checked("rsa.tsr", &Authorities::default()).unwrap().nonce,
        nonce
    );
    assert_eq!(
        checked("rsa-sha512.tsr", &Authorities::default())
            .unwrap()
            .nonce,
        None
    );
    let other = timestamp::nonce_of(&request, b"something else");
    assert_eq!(other.unwrap_err(), TimestampError::OtherBytes);
    let own = timestamp::request(&data, &[1, 2, 3, 4, 5, 6, 7, 8]);
    let nonce = timestamp::nonce_of(&own, &data).unwrap();
    assert_eq!(nonce.as_deref(), Some("8102030405060708"));
}

#[test]
fn certificate_files_are_strict() {
    for wrong in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        assert!(Authorities::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert!(Authorities::parse(&[0x30, 0]).is_err());
}

/// Asks OpenSSL, where it is here, to answer our own request and to judge its own tokens.
#[test]
fn openssl_answers_our_request() {
    let out = std::env::temp_dir().join(format!("demarche-stamps-{}", std::process::id()));
    std::fs::create_dir_all(&out).unwrap();
    let data = folder().join("checkpoint");
    let request = timestamp::request(&std::fs::read(&data).unwrap(), &[7; 8]);
    std::fs::write(out.join("own.tsq"), &request).unwrap();
    let made = Command::new("bash")
        .arg(folder().join("make.sh"))
        .arg(out.join("made"))
        .env("DATA", &data)
        .env("REQUEST", out.join("own.tsq"))
        .output();
    let said = made.map(|made| (made.status.success(), made.stdout));
    if !matches!(said, Ok((true, _))) {
        println!("skipped: no OpenSSL, bash or python3 here that makes time stamps");
        return;
    }
    let made = out.join("made");
    let root = Authorities::parse(&read(&made, "root.pem")).unwrap();
    let data = std::fs::read(&data).unwrap();
    let nonce = timestamp::nonce_of(&request, &data).unwrap();
    for name in ["rsa.tsr", "curve.tsr"] {
        let stamp = timestamp::check(&read(&made, name), &data, &root).unwrap();
        assert!(stamp.is_traced);
        assert_eq!(stamp.nonce, nonce);
        // The roots of two days have one name and two keys.
        let kept = timestamp::check(&read(&made, name), &data, &authorities("root.pem"));
        assert!(matches!(kept, Err(TimestampError::Untraced(..))));
    }
    std::fs::remove_dir_all(&out).unwrap();
}
