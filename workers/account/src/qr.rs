//! A text as a QR code (ISO/IEC 18004), for a phone's camera.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// What a camera needs around it, in modules (ISO/IEC 18004, section 6.3.8).
const QUIET: i32 = 4;

/// One path over all dark modules, and how long a side is; nothing for a text that is too long for any code.
pub struct Qr {
    pub side: i32,
    pub path: String,
}

pub fn of(text: &str) -> Option<Qr> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{} {}h1v1h-1z", x.saturating_add(QUIET), y.saturating_add(QUIET)).ok()?;
        }
    }
    Some(Qr { side: code.size().saturating_add(QUIET.saturating_mul(2)), path })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_code_has_its_three_corners_and_room_around_them() {
        let code =
            of("otpauth://totp/Meridian:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Meridian").unwrap();
        let far = code.side - 5;
        for (x, y, is_dark) in [(4, 4, true), (far, 4, true), (4, far, true), (5, 5, false), (3, 4, false)] {
            assert_eq!(code.path.contains(&format!("M{x} {y}h1")), is_dark, "{x}, {y}");
        }
    }

    #[test]
    fn a_text_that_fits_into_no_code_has_none() {
        assert!(of(&"x".repeat(5_000)).is_none());
    }
}
