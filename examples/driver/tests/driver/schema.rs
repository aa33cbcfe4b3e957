//! As much of JSON Schema as `spec/driver.schema.json` uses; a keyword that it does not know is an error.

use regex::Regex;
use serde_json::Value;

pub(crate) struct Schema(Value);

impl Schema {
    pub(crate) fn read() -> Self {
        let path = crate::page::root().join("spec/driver.schema.json");
        Self(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
    }

    /// What is wrong with a value by the schema at this place, such as `/$defs/answers/ask`.
    pub(crate) fn check(&self, place: &str, value: &Value) -> Result<(), String> {
        self.follows(self.0.pointer(place).unwrap(), value)
    }

    /// The names at this place.
    pub(crate) fn names(&self, place: &str) -> Vec<String> {
        let object = self.0.pointer(place).unwrap().as_object().unwrap();
        object.keys().cloned().collect()
    }

    fn follows(&self, schema: &Value, value: &Value) -> Result<(), String> {
        for (keyword, wanted) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "$ref" => {
                    let place = wanted.as_str().unwrap().trim_start_matches('#');
                    return self.follows(self.0.pointer(place).unwrap(), value);
                }
                "oneOf" => self.fitting(wanted, value) == 1,
                "anyOf" => self.fitting(wanted, value) > 0,
                "type" => {
                    let types = wanted.as_array().map(Vec::as_slice);
                    let types = types.unwrap_or_else(|| std::slice::from_ref(wanted));
                    types.contains(&Value::from(kind(value)))
                }
                "const" => value == wanted,
                "enum" => wanted.as_array().unwrap().contains(value),
                "minimum" => value.as_i64() >= wanted.as_i64(),
                "pattern" => {
                    let pattern = Regex::new(wanted.as_str().unwrap()).unwrap();
                    value.as_str().is_some_and(|text| pattern.is_match(text))
                }
                "required" => {
                    let names = wanted.as_array().unwrap();
                    let mut names = names.iter().map(|name| name.as_str().unwrap());
                    names.all(|name| value.get(name).is_some())
                }
                "properties" | "additionalProperties" => self.members(schema, value)?,
                "$schema" | "title" | "description" | "$defs" => true,
                other => return Err(format!("`{other}` is no keyword of this checker")),
            };
            if !holds {
                return Err(format!("{value}: {keyword} {wanted}"));
            }
        }
        Ok(())
    }

    fn fitting(&self, schemas: &Value, value: &Value) -> usize {
        let schemas = schemas.as_array().unwrap().iter();
        schemas
            .filter(|one| self.follows(one, value).is_ok())
            .count()
    }

    fn members(&self, schema: &Value, value: &Value) -> Result<bool, String> {
        for (name, member) in value.as_object().into_iter().flatten() {
            let own = schema["properties"].get(name);
            self.follows(
                own.unwrap_or_else(|| &schema["additionalProperties"]),
                member,
            )?;
        }
        Ok(true)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::Null => "null",
    }
}
