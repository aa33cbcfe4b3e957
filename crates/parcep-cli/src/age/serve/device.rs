//! On the device of one person.

use super::{Serve, known, known_age, stopped};
use crate::age::own::Own;
use crate::age::rules::{sections, share_all};
use crate::failure::Failure;
use parcep_core::age::{AgeSupervision, Issuer};
use parcep_core::policy::AgeSection;
use parcep_issuer::{Facts, Fault, Kept, Knows, Limits, Person, Running, Socket, serve_unix};
use std::io::Write as _;
use std::sync::Arc;

/// Starts it: rules, what is known, what was kept, and a socket for each app.
pub(super) fn start(
    args: &Serve,
    issuer: Issuer,
    own: Own,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, Failure> {
    let facts = facts(args, &own)?;
    let (secret, kept) = (own.secret()?, own.kept()?);
    let store = Box::new(move |kept: &Kept| {
        own.keep(kept).map_err(|failure| {
            // Whoever runs it has to know; what was to be told is not said.
            let _ = writeln!(
                std::io::stderr(),
                "error: {}: {} [{}]",
                failure.file.unwrap_or_default(),
                failure.message,
                failure.code
            );
            Fault
        })
    });
    let person = Arc::new(Person::new(issuer, secret, facts, kept, store));
    let apps = args.apps.iter();
    let apps = apps.map(|app| Socket::app(&app.socket, &*app.name));
    let sockets: Vec<_> = apps.chain(args.holder.iter().map(Socket::holder)).collect();
    serve_unix(&sockets, person, &Limits::default(), shutdown).map_err(stopped)
}

fn facts(args: &Serve, own: &Own) -> Result<Facts, Failure> {
    let age = known_age(args.born_month, (args.lower, args.upper), || own.secret())?;
    let knows = age.map_or(Knows::Nothing, |age| {
        Knows::Age(known(age, args.method, args.assurance))
    });
    Ok(Facts {
        knows,
        layers: layers(args)?,
        supervision: match args.supervised {
            true => AgeSupervision::Supervised,
            false => AgeSupervision::NotReported,
        },
        regime: args.regime,
        ..Facts::none()
    })
}

/// What the household shares.
fn layers(args: &Serve) -> Result<Vec<Option<AgeSection>>, Failure> {
    match (&args.policy, &args.child) {
        (Some(policy), Some(child)) => sections(policy, child),
        _ if args.share_all => Ok(vec![Some(share_all()?)]),
        // The holder decides itself whom it shows a token.
        _ => Ok(Vec::new()),
    }
}
