//! What is kept from others: the token that both sides know, and the key by which a machine is known.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use burn::server::IrohIdentity;
use iroh::SecretKey;

use super::RemoteError;

/// The variable that holds the token.
pub const VARIABLE: &str = "LEUKO_TOKEN";

/// Where a token is looked for that stands neither in the variable nor in a file that was named.
static KEPT: OnceLock<PathBuf> = OnceLock::new();

/// Names the file that holds the token where there is no such variable, as a window that was started from a menu has none.
pub fn keep_token_in(file: Option<PathBuf>) {
    if let Some(file) = file {
        // Once in a process.
        let _ = KEPT.set(file);
    }
}

/// The token: from the file where one is named, else from [`VARIABLE`], else from the file of [`keep_token_in`].
///
/// # Errors
/// [`RemoteError`] where there is none, or others can read its file.
pub fn token(file: Option<&Path>) -> Result<String, RemoteError> {
    let spoken = || env::var(VARIABLE).ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
    let kept = || KEPT.get().map(PathBuf::as_path).filter(|file| file.exists());
    match file {
        Some(file) => read(file),
        None => spoken().map_or_else(|| read(kept().ok_or(RemoteError::NoToken)?), Ok),
    }
}

fn read(file: &Path) -> Result<String, RemoteError> {
    private(file)?;
    let text =
        fs::read_to_string(file).map_err(|why| RemoteError::Secret { file: file.to_owned(), why: why.to_string() })?;
    let token = text.trim();
    if token.is_empty() { Err(RemoteError::NoToken) } else { Ok(token.to_owned()) }
}

/// The key in a file; one that is not there is made, for its owner alone.
///
/// # Errors
/// [`RemoteError`] where it cannot be read or written, holds something else, or others can read it.
pub fn key(file: &Path) -> Result<SecretKey, RemoteError> {
    let broken = |why: &dyn std::fmt::Display| RemoteError::Secret { file: file.to_owned(), why: why.to_string() };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|why| broken(&why))?;
    }
    if file.exists() {
        private(file)?;
    }
    let identity = IrohIdentity::load_or_create(file).map_err(|why| broken(&why))?;
    Ok(SecretKey::from_bytes(&identity.to_bytes()))
}

/// # Errors
/// [`RemoteError`] where the file is not its owner's alone, or not there.
#[cfg(unix)]
fn private(file: &Path) -> Result<(), RemoteError> {
    use std::os::unix::fs::PermissionsExt as _;

    let of = fs::metadata(file).map_err(|why| RemoteError::Secret { file: file.to_owned(), why: why.to_string() })?;
    if of.permissions().mode() & 0o077 == 0 { Ok(()) } else { Err(RemoteError::Readable(file.to_owned())) }
}

/// Elsewhere a file has the permissions of its folder.
#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), RemoteError> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(file: &Path, mode: u32) {
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_token_that_others_can_read_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, " secret\n").unwrap();
        mode(&file, 0o640);
        assert_eq!(token(Some(&file)), Err(RemoteError::Readable(file.clone())));
        mode(&file, 0o600);
        assert_eq!(token(Some(&file)).as_deref(), Ok("secret"));
        fs::write(&file, "\n").unwrap();
        assert_eq!(token(Some(&file)), Err(RemoteError::NoToken));
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/key");
        let made = key(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(key(&file).unwrap().public(), made.public());
        mode(&file, 0o644);
        assert!(matches!(key(&file), Err(RemoteError::Readable(_))));
        mode(&file, 0o600);
        fs::write(&file, "short").unwrap();
        assert!(matches!(key(&file), Err(RemoteError::Secret { .. })));
    }
}
