//! Sockets on the device, one for each app: by the socket the issuer has seen who asks (R-AGE-013).
//!
//! A socket is made with a name of its own, given to the user of the app with permissions 0600, and only then moved to
//! its path, so that there is no moment at which somebody else could connect. Who connects is asked of the system once
//! more: a process of another user is closed, even if it got hold of the socket.

use super::connection::Connection;
use super::{Incoming, place, places, rest_after};
use crate::error::ServeError;
use crate::limits::Limits;
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// A socket, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    path: PathBuf,
    who: Who,
    uid: Option<u32>,
}

/// Whose a socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    App(String),
    Holder,
}

impl Socket {
    /// The socket of one app: `name` is the platform's id of it, 1 to 255 bytes, which becomes the `audience` of what
    /// it is told. Put the path where that app alone can reach it.
    #[must_use]
    pub fn app(path: impl Into<PathBuf>, name: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            who: Who::App(name.into()),
            uid: None,
        }
    }

    /// The socket of the holder: the person's own agent, which fetches tokens.
    #[must_use]
    pub fn holder(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            who: Who::Holder,
            uid: None,
        }
    }

    /// The user that alone may connect, where each app has a user of its own; else it is the issuer's own. To give a
    /// socket to another user the issuer needs the right to do so.
    #[must_use]
    pub const fn of_user(mut self, uid: u32) -> Self {
        self.uid = Some(uid);
        self
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the socket. One that nobody listens on any more is replaced.
    pub(crate) fn bind(&self) -> Result<Bound, ServeError> {
        if matches!(&self.who, Who::App(name) if !(1..=255).contains(&name.len())) {
            return Err(ServeError::Name(self.path.clone()));
        }
        free(&self.path)?;
        let fault = |source| ServeError::Socket {
            path: self.path.clone(),
            source,
        };
        let fresh = beside(&self.path);
        let made = self.make(&fresh);
        if made.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        let (listener, uid, file) = made.map_err(fault)?;
        Ok(Bound {
            listener,
            uid,
            who: self.who.clone(),
            file,
        })
    }

    fn make(&self, fresh: &Path) -> io::Result<(UnixListener, u32, OwnFile)> {
        let listener = UnixListener::bind(fresh)?;
        fs::set_permissions(fresh, fs::Permissions::from_mode(0o600))?;
        // The file that was just made is the issuer's own user's.
        let made = fs::symlink_metadata(fresh)?;
        let own = made.uid();
        let uid = self.uid.unwrap_or(own);
        if uid != own {
            chown(fresh, Some(uid), None)?;
        }
        fs::rename(fresh, &self.path)?;
        let file = OwnFile {
            path: self.path.clone(),
            is: (made.dev(), made.ino()),
        };
        Ok((listener, uid, file))
    }
}

/// Refuses a path at which something is that must not be replaced.
fn free(path: &Path) -> Result<(), ServeError> {
    let taken = |why| {
        Err(ServeError::Taken {
            path: path.to_owned(),
            why,
        })
    };
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(there) if !there.file_type().is_socket() => taken("something that is no socket"),
        Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => {
            taken("somebody who listens on it")
        }
        Ok(_) => Ok(()),
    }
}

/// A path beside another, in the same folder, that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

/// A socket that was made. Its file goes with it.
#[derive(Debug)]
pub(crate) struct Bound {
    listener: UnixListener,
    uid: u32,
    pub(crate) who: Who,
    file: OwnFile,
}

impl Bound {
    /// Accepts connections of its user, at most so many at once, until nobody takes them any more.
    pub(crate) fn connections(self, limits: &Limits) -> Incoming<UnixStream> {
        let (ready, connections) = mpsc::channel(16);
        let places = places(limits.connections);
        tokio::spawn(async move {
            let _removed_at_the_end = self.file;
            loop {
                let accepted = tokio::select! {
                    () = ready.closed() => return,
                    accepted = self.listener.accept() => accepted,
                };
                let stream = match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        rest_after(&error).await;
                        continue;
                    }
                };
                if !is_of(&stream, self.uid) {
                    tracing::warn!("a process of another user was turned away");
                    continue;
                }
                if let Some(place) = place(&places) {
                    // Nobody takes it any more after a shutdown.
                    let _ = ready.send(Ok(Connection::new(stream, place))).await;
                }
            }
        });
        ReceiverStream::new(connections)
    }
}

/// Whether the system says that the peer is of this user.
fn is_of(stream: &UnixStream, uid: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == uid)
}

/// The file of a socket, removed with it, unless another issuer has put its own there.
#[derive(Debug)]
struct OwnFile {
    path: PathBuf,
    /// Device and inode.
    is: (u64, u64),
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        let there = fs::symlink_metadata(&self.path);
        if there.is_ok_and(|there| (there.dev(), there.ino()) == self.is) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_stream::StreamExt as _;

    fn path(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("app.sock")
    }

    #[tokio::test]
    async fn a_socket_is_its_users_alone_and_goes_with_the_issuer() {
        let folder = tempfile::tempdir().unwrap();
        let bound = Socket::app(path(&folder), "org.example").bind().unwrap();
        let there = fs::symlink_metadata(path(&folder)).unwrap();
        assert!(there.file_type().is_socket());
        assert_eq!(there.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        drop(bound.connections(&Limits::default()));
        for _ in 0..100 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            if !path(&folder).exists() {
                return;
            }
        }
        panic!("the socket is still there");
    }

    #[tokio::test]
    async fn a_socket_that_nobody_listens_on_is_replaced_and_a_live_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let socket = Socket::app(path(&folder), "org.example");
        drop(std::os::unix::net::UnixListener::bind(path(&folder)).unwrap());
        let live = socket.bind().unwrap();
        assert_eq!(socket.bind().unwrap_err().code(), "TAKEN");
        drop(live);
        let other = folder.path().join("file");
        fs::write(&other, b"precious").unwrap();
        let refused = Socket::holder(&other).bind().unwrap_err();
        assert_eq!(refused.code(), "TAKEN");
        assert_eq!(fs::read(&other).unwrap(), b"precious");
    }

    #[tokio::test]
    async fn a_socket_that_another_issuer_put_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let bound = Socket::holder(path(&folder)).bind().unwrap();
        fs::remove_file(path(&folder)).unwrap();
        let other = Socket::holder(path(&folder)).bind().unwrap();
        drop(bound);
        assert!(path(&folder).exists());
        drop(other);
        assert!(!path(&folder).exists());
    }

    #[tokio::test]
    async fn an_app_without_a_name_has_no_socket() {
        let folder = tempfile::tempdir().unwrap();
        for name in [String::new(), "x".repeat(256)] {
            let refused = Socket::app(path(&folder), name).bind().unwrap_err();
            assert_eq!(refused.code(), "NAME");
        }
        assert!(!path(&folder).exists());
    }

    #[tokio::test]
    async fn a_process_of_another_user_is_turned_away_even_if_it_could_connect() {
        let folder = tempfile::tempdir().unwrap();
        let mut bound = Socket::app(path(&folder), "org.example").bind().unwrap();
        let own = bound.uid;
        bound.uid = own.wrapping_add(1);
        let mut connections = bound.connections(&Limits::default());
        let mut stranger = UnixStream::connect(path(&folder)).await.unwrap();
        // It is closed without a word.
        let mut said = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut stranger, &mut said).await;
        assert!(end.is_err() || said.is_empty());
        let next = tokio::time::timeout(std::time::Duration::from_millis(50), connections.next());
        assert!(next.await.is_err(), "it got through");
    }

    #[tokio::test]
    async fn connections_above_the_bound_are_closed_and_a_place_comes_free() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let bound = Socket::holder(path(&folder)).bind().unwrap();
        let mut connections = bound.connections(&limits);
        let first = UnixStream::connect(path(&folder)).await.unwrap();
        let held = connections.next().await.unwrap().unwrap();
        let mut second = UnixStream::connect(path(&folder)).await.unwrap();
        let mut said = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut second, &mut said).await;
        assert!(end.is_err() || said.is_empty());
        drop((first, held));
        let _third = UnixStream::connect(path(&folder)).await.unwrap();
        assert!(connections.next().await.unwrap().is_ok());
    }
}
