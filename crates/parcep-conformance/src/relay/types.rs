//! Messages of the service by their descriptors: fields by path, without a line per message.

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    ReflectMessage as _, Value,
};
use std::sync::LazyLock;

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// One.
    One(Kind),
    /// A list of them.
    List(Kind),
}

/// The service.
pub(super) const SERVICE: &str = "parcep.v1alpha1.RelayService";

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    // Generated descriptors that do not parse would leave every call unknown, which a test sees.
    DescriptorPool::decode(parcep_proto::DESCRIPTOR_SET).unwrap_or_default()
});

/// The call of this name.
pub(super) fn rpc(name: &str) -> Result<MethodDescriptor, String> {
    let service = POOL.get_service_by_name(SERVICE);
    let service = service.ok_or("the service is in no descriptor")?;
    let mut methods = service.methods();
    let found = methods.find(|method| method.name() == name);
    found.ok_or_else(|| format!("there is no call `{name}`"))
}

/// The message of this name, without the package.
pub(super) fn message(name: &str) -> Result<MessageDescriptor, String> {
    let found = POOL.get_message_by_name(&format!("parcep.v1alpha1.{name}"));
    found.ok_or_else(|| format!("there is no message `{name}`"))
}

/// A message that was made with its generated type.
pub(super) fn dynamic(
    descriptor: MessageDescriptor,
    message: &impl prost::Message,
) -> Result<DynamicMessage, String> {
    let bytes = message.encode_to_vec();
    DynamicMessage::decode(descriptor, bytes.as_slice()).map_err(|error| error.to_string())
}

impl Type {
    pub(super) fn of(message: MessageDescriptor) -> Self {
        Self::One(Kind::Message(message))
    }

    fn of_field(field: &FieldDescriptor) -> Self {
        match field.is_list() {
            true => Self::List(field.kind()),
            false => Self::One(field.kind()),
        }
    }

    /// The type of what stands at a path.
    pub(super) fn at(&self, path: &str) -> Result<Self, String> {
        let mut here = self.clone();
        for part in parts(path) {
            here = match here {
                Self::One(Kind::Message(message)) => {
                    let field = message.get_field_by_name(part);
                    let field = field
                        .ok_or_else(|| format!("`{}` has no field `{part}`", message.name()))?;
                    Self::of_field(&field)
                }
                Self::List(kind) => {
                    let at: Result<usize, _> = part.parse();
                    at.map_err(|_| format!("`{part}` is no place of a list"))?;
                    Self::One(kind)
                }
                Self::One(_) => return Err(format!("nothing can stand below `{part}`")),
            };
        }
        Ok(here)
    }
}

/// What stands at a path; `None` where a list is shorter or a field is absent.
pub(super) fn get(root: &Value, path: &str) -> Option<Value> {
    find(root, path, true)
}

/// What stands at a path of a message, or would if nobody had put anything there.
pub(super) fn get_or_default(root: &Value, path: &str) -> Option<Value> {
    find(root, path, false)
}

fn find(root: &Value, path: &str, present: bool) -> Option<Value> {
    let path = path.trim_start_matches('.');
    if path.is_empty() {
        return Some(root.clone());
    }
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    match root {
        Value::Message(message) => {
            let field = message.descriptor().get_field_by_name(part)?;
            if present && field.supports_presence() && !message.has_field(&field) {
                return None;
            }
            find(&message.get_field(&field), rest, present)
        }
        Value::List(items) => find(items.get(part.parse::<usize>().ok()?)?, rest, present),
        _ => None,
    }
}

/// Puts a value at a path, or clears the field.
pub(super) fn set(
    message: &mut DynamicMessage,
    path: &str,
    value: Option<Value>,
) -> Result<(), String> {
    let wrong = || format!("nothing can be put at `{path}`");
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    if rest.is_empty() {
        match value {
            None => message.clear_field_by_name(part),
            Some(value) => message
                .try_set_field_by_name(part, value)
                .map_err(|error| format!("{path}: {error}"))?,
        }
        return Ok(());
    }
    let inner = message.get_field_by_name_mut(part).ok_or_else(wrong)?;
    let (inner, rest) = match inner {
        Value::List(items) => {
            let (at, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let at: usize = at.parse().map_err(|_| wrong())?;
            (items.get_mut(at).ok_or_else(wrong)?, rest)
        }
        other => (other, rest),
    };
    match (inner, value) {
        (inner, Some(value)) if rest.is_empty() => {
            *inner = value;
            Ok(())
        }
        (Value::Message(inner), value) => set(inner, rest, value),
        _ => Err(wrong()),
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_read_and_put_by_path() {
        let append = rpc("Append").unwrap();
        let request = Type::of(append.input());
        assert_eq!(request.at("entry.seq").unwrap(), Type::One(Kind::Uint64));
        assert!(request.at("entry.colour").is_err());
        assert!(request.at("entry.seq.deeper").is_err());
        assert!(rpc("Obey").is_err());

        let mut message = DynamicMessage::new(append.input());
        set(&mut message, "entry.seq", Some(Value::U64(7))).unwrap();
        let root = Value::Message(message.clone());
        assert_eq!(get(&root, "entry.seq"), Some(Value::U64(7)));
        assert_eq!(get(&root, "entry.body"), None);
        set(&mut message, "entry", None).unwrap();
        assert_eq!(get(&Value::Message(message.clone()), "entry.seq"), None);
        assert!(set(&mut message, "entry.seq", Some(Value::Bool(true))).is_err());
    }
}
