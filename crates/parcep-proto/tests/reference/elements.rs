//! The elements of the wire with their comments, and the clauses that govern each: those that its own
//! comment names, else those of what it stands in.

use super::clauses::{Clauses, cited};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    ServiceDescriptorProto,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file of the package, in alphabetical order.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) files: Vec<File>,
}

/// One proto file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) groups: Vec<Group>,
}

/// A message, an enum or a service, with what stands in it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) head: Element,
    pub(crate) parts: Vec<Element>,
}

/// What a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    Enum,
    Service,
}

/// One element: a group's head, a field, a value or a call.
#[derive(Debug)]
pub(crate) struct Element {
    /// Full name, such as `parcep.v1alpha1.Header.log_id`.
    pub(crate) full_name: String,
    /// Last part of it.
    pub(crate) name: String,
    /// Comment, unwrapped.
    pub(crate) comment: String,
    /// Ids that the own comment names.
    pub(crate) own: Vec<String>,
    /// Ids that govern it.
    pub(crate) clauses: Vec<String>,
    /// What it holds, if it is more than a name.
    pub(crate) shape: Shape,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Shape {
    Head,
    Field {
        number: i32,
        /// `bytes`, or the full name of a message or enum.
        of: String,
        repeated: bool,
        optional: bool,
        oneof: Option<String>,
    },
    Value(i32),
    Call {
        request: String,
        response: String,
        streams: bool,
    },
}

/// Comments by path in the file (descriptor.proto, `SourceCodeInfo`).
struct Comments(BTreeMap<Vec<i32>, String>);

impl Wire {
    /// Compiles every file of a package below `root`.
    pub(crate) fn read(root: &Path, package: &str) -> Self {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(root.join(package))
            .expect("the proto folder")
            .map(|entry| entry.expect("a folder entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "proto"))
            .collect();
        paths.sort();
        let set = protox::compile(&paths, [root]).expect("the proto files compile");
        let mut files: Vec<File> = set.file.iter().map(File::new).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self { files }
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.files.iter().flat_map(|file| &file.groups)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.groups()
            .flat_map(|group| std::iter::once(&group.head).chain(&group.parts))
    }

    /// What leads to no clause, or to one that no heading has.
    pub(crate) fn without_clause(&self, clauses: &Clauses) -> Vec<String> {
        let fault = |element: &Element| {
            let unknown = element.clauses.iter().find(|id| clauses.get(id).is_none());
            match unknown {
                Some(id) => Some(format!("{}: no heading has {id}", element.full_name)),
                None if element.clauses.is_empty() => {
                    Some(format!("{}: no clause", element.full_name))
                }
                None => None,
            }
        };
        self.elements().filter_map(fault).collect()
    }
}

impl File {
    fn new(file: &FileDescriptorProto) -> Self {
        let comments = Comments::of(file);
        let package = file.package();
        let mut groups = Vec::new();
        for (n, service) in (0..).zip(&file.service) {
            groups.push(Group::service(package, service, &[6, n], &comments));
        }
        for (n, message) in (0..).zip(&file.message_type) {
            groups.push(Group::message(package, message, &[4, n], &comments));
        }
        for (n, one) in (0..).zip(&file.enum_type) {
            groups.push(Group::enumeration(package, one, &[5, n], &comments));
        }
        Self {
            name: file.name().to_owned(),
            comment: comments.at(&[12]),
            groups,
        }
    }
}

impl Group {
    fn message(package: &str, message: &DescriptorProto, at: &[i32], comments: &Comments) -> Self {
        assert!(
            message.nested_type.is_empty() && message.enum_type.is_empty(),
            "the reference knows no nested types: {}",
            message.name()
        );
        let head = Element::head(package, message.name(), comments.at(at));
        let fields = (0..).zip(&message.field).map(|(n, field)| {
            let comment = comments.at(&[at, &[2, n]].concat());
            Element::part(&head, field.name(), comment, Shape::of(field, message))
        });
        let parts = fields.collect();
        Self {
            kind: Kind::Message,
            head,
            parts,
        }
    }

    fn enumeration(
        package: &str,
        one: &EnumDescriptorProto,
        at: &[i32],
        comments: &Comments,
    ) -> Self {
        let head = Element::head(package, one.name(), comments.at(at));
        let values = (0..).zip(&one.value).map(|(n, value)| {
            let comment = comments.at(&[at, &[2, n]].concat());
            Element::part(&head, value.name(), comment, Shape::Value(value.number()))
        });
        let parts = values.collect();
        Self {
            kind: Kind::Enum,
            head,
            parts,
        }
    }

    fn service(
        package: &str,
        service: &ServiceDescriptorProto,
        at: &[i32],
        comments: &Comments,
    ) -> Self {
        let head = Element::head(package, service.name(), comments.at(at));
        let calls = (0..).zip(&service.method).map(|(n, call)| {
            let comment = comments.at(&[at, &[2, n]].concat());
            let shape = Shape::Call {
                request: bare(call.input_type()),
                response: bare(call.output_type()),
                streams: call.server_streaming(),
            };
            Element::part(&head, call.name(), comment, shape)
        });
        let parts = calls.collect();
        Self {
            kind: Kind::Service,
            head,
            parts,
        }
    }
}

impl Element {
    fn head(package: &str, name: &str, comment: String) -> Self {
        let own = ids(&comment);
        Self {
            full_name: format!("{package}.{name}"),
            name: name.to_owned(),
            comment,
            clauses: own.clone(),
            own,
            shape: Shape::Head,
        }
    }

    fn part(head: &Self, name: &str, comment: String, shape: Shape) -> Self {
        let own = if comment == "Invalid." {
            vec!["R-WIRE-005".to_owned()]
        } else {
            ids(&comment)
        };
        let clauses = if own.is_empty() { &head.clauses } else { &own };
        Self {
            full_name: format!("{}.{name}", head.full_name),
            name: name.to_owned(),
            comment,
            clauses: clauses.clone(),
            own,
            shape,
        }
    }
}

impl Shape {
    fn of(field: &FieldDescriptorProto, message: &DescriptorProto) -> Self {
        let of = match field.r#type() {
            Type::Message | Type::Enum => bare(field.type_name()),
            scalar => scalar
                .as_str_name()
                .trim_start_matches("TYPE_")
                .to_lowercase(),
        };
        let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
        let oneof = oneof.and_then(|n| message.oneof_decl.get(usize::try_from(n).ok()?));
        Self::Field {
            number: field.number(),
            of,
            repeated: field.label() == Label::Repeated,
            optional: field.proto3_optional(),
            oneof: oneof.map(|oneof| oneof.name().to_owned()),
        }
    }
}

impl Comments {
    fn of(file: &FileDescriptorProto) -> Self {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let read = locations.map(|at| {
            let detached = at.leading_detached_comments.iter().map(String::as_str);
            let comment = at.leading_comments.as_deref();
            // Above `syntax` stands the comment of the file, with or without an empty line between.
            let text = if at.path == [12] {
                detached.chain(comment).collect::<Vec<_>>().join("\n")
            } else {
                comment.unwrap_or_default().to_owned()
            };
            (at.path.clone(), text)
        });
        Self(read.collect())
    }

    /// One paragraph a line, unwrapped.
    fn at(&self, path: &[i32]) -> String {
        let text = self.0.get(path).map(String::as_str).unwrap_or_default();
        let paragraphs = text.split("\n\n").flat_map(|part| part.split("\n \n"));
        let unwrapped =
            paragraphs.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        unwrapped.collect::<Vec<_>>().join("\n\n")
    }
}

fn ids(comment: &str) -> Vec<String> {
    cited(comment).into_iter().map(str::to_owned).collect()
}

fn bare(type_name: &str) -> String {
    type_name.trim_start_matches('.').to_owned()
}
