//! Keys and challenges as people give them.

use crate::failure::{Failure, Kind};
use crate::files;
use parcep_core::crypto::{SigningKey, SystemRandom, VerifyingKey};
use parcep_core::hex;
use std::path::{Path, PathBuf};

/// Reads the issuer's seed, or makes one.
pub(super) fn issuer_key(path: &Path) -> Result<SigningKey, Failure> {
    let bad = || {
        let message = "is no key: 64 hexadecimal digits; remove it to make a new one";
        Failure::new(Kind::Input, "BAD_KEY", message).in_file(path.display().to_string())
    };
    if path.exists() {
        let text = files::read(path)?;
        let text = String::from_utf8(text).map_err(|_| bad())?;
        let seed = hex::decode(text.trim()).ok_or_else(bad)?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| bad())?;
        let key = SigningKey::from_seed(seed).map_err(|_| bad())?;
        if !beside(path).exists() {
            publish(&key, path)?;
        }
        return Ok(key);
    }
    let key = SigningKey::generate(&mut SystemRandom::new())
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))?;
    files::write_private(path, hex::encode(key.expose_seed()).as_bytes())?;
    publish(&key, path)?;
    Ok(key)
}

/// Puts the public key beside the key file.
fn publish(key: &SigningKey, path: &Path) -> Result<(), Failure> {
    let text = hex::encode(key.public().as_bytes()) + "\n";
    files::write_bytes(&beside(path), text.as_bytes())
}

/// Where the public key of a key file is.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut public = path.as_os_str().to_owned();
    public.push(".pub");
    public.into()
}

/// A public key: hexadecimal, or a file that holds it.
pub(super) fn public_key(text: &str) -> Result<VerifyingKey, Failure> {
    let digits = match hex::decode(text) {
        Some(_) => text.to_owned(),
        None => {
            let bytes = files::read(Path::new(text))?;
            String::from_utf8_lossy(&bytes).trim().to_owned()
        }
    };
    let bytes = hex::decode(&digits).unwrap_or_default();
    VerifyingKey::try_from(bytes.as_slice()).map_err(|error| {
        let code = parcep_core::reason::code(error.reason());
        Failure::usage(
            code,
            format!("`--issuer {text}`: {error}; give 64 hexadecimal digits"),
        )
    })
}

/// A challenge in hexadecimal.
pub(super) fn nonce(text: &str) -> Result<Vec<u8>, Failure> {
    hex::decode(text).ok_or_else(|| {
        Failure::usage(
            "BAD_NONCE",
            "`--nonce` is not hexadecimal; give 32 to 128 digits",
        )
    })
}
