//! The proof section of `brief.html`: origin, size, root, the checkpoint as text and QR code.

use askama::Template;
use demarche_core::brief::proof::Proof;
use qrcode::{Color, EcLevel, QrCode};

use crate::error::{Error, Result};

/// Light modules around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

#[derive(Template)]
#[template(path = "proof.html")]
struct Block<'a> {
    proof: &'a Proof,
    /// The root in groups of four, to be read aloud and compared by eye.
    root: String,
    code: String,
}

/// The section.
///
/// # Errors
/// Never for a checkpoint of ours.
pub fn block(proof: &Proof) -> Result<String> {
    let digits: Vec<char> = proof.root.chars().collect();
    let groups = digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    let block = Block {
        proof,
        root: groups.collect::<Vec<_>>().join(" "),
        code: code(&proof.checkpoint),
    };
    block
        .render()
        .map_err(|cause| Error::run("cannot write the proof section").because(&cause))
}

/// The proof as `brief.json` has it; what is missing is empty.
pub fn of_json(value: &serde_json::Value) -> Proof {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Proof {
        origin: text("origin"),
        size: value["size"].as_u64().unwrap_or_default(),
        root: text("root"),
        checkpoint: text("checkpoint"),
        key_id: text("key_id"),
        verifier_key: text("verifier_key"),
    }
}

/// A text as QR code, drawn as one path of inline SVG; empty where it is too long for one.
fn code(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M) else {
        return String::new();
    };
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (column, row) = (at % width + QUIET, at / width + QUIET);
            path.push_str(&format!("M{column} {row}h1v1h-1z"));
        }
    }
    let side = width + 2 * QUIET;
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" width=\"{0}\" height=\"{0}\" role=\"img\" \
         aria-label=\"the checkpoint as QR code\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>",
        side * 3
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_drawn_and_what_it_names_is_escaped() {
        let proof = Proof {
            origin: "demarche/case/<b>".to_owned(),
            size: 7,
            root: "ab".repeat(32),
            checkpoint: "demarche/case/x\n7\nroot\n\n\u{2014} x y\n".to_owned(),
            ..Proof::default()
        };
        let block = block(&proof).unwrap();
        assert!(
            block.contains("<svg") && block.contains("abab abab"),
            "{block}"
        );
        assert!(!block.contains("<b>") && !block.contains("http"), "{block}");
        assert_eq!(code(&"x".repeat(9_000)), "");
        assert!(
            self::block(&Proof::default())
                .unwrap()
                .contains("not sealed")
        );
    }
}
