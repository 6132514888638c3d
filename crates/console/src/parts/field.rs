//! Fields of forms, each with its label, its hint and what is wrong with it.

use maud::{Markup, html};

use crate::visit::Visit;

/// A field.
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    pub hint: &'a str,
    pub kind: Kind<'a>,
    pub needed: bool,
}

/// What is typed into a field.
pub enum Kind<'a> {
    Text,
    Amount,
    Password,
    /// One of these: a value and what is shown for it.
    Choice(&'a [(String, String)]),
}

impl Field<'_> {
    /// The field as it is shown.
    pub fn markup(&self) -> Markup {
        let Field { name, label, value, hint, kind, needed } = self;
        let (id, hint_id) = (format!("field-{name}"), format!("hint-{name}"));
        let described = (!hint.is_empty()).then_some(&hint_id);
        html! {
            div.field {
                label for=(id) { (label) @if !needed { " " span.quiet { "optional" } } }
                @match kind {
                    Kind::Choice(choices) => select id=(id) name=(name) aria-describedby=[described] {
                        @for (choice, shown) in *choices { option value=(choice) selected[choice == value] { (shown) } }
                    },
                    Kind::Text | Kind::Amount | Kind::Password => input id=(id) name=(name) value=(value)
                        type=(if matches!(kind, Kind::Password) { "password" } else { "text" })
                        inputmode=[matches!(kind, Kind::Amount).then_some("decimal")]
                        required[*needed] autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=[described];,
                }
                @if !hint.is_empty() { p.hint id=(hint_id) { (hint) } }
            }
        }
    }
}

/// Fields that are not shown.
pub fn hidden(fields: &[(&str, &str)]) -> Markup {
    html! { @for (name, value) in fields { input type="hidden" name=(name) value=(value); } }
}

/// The past day that is set, sent along.
pub fn as_of(visit: &Visit) -> Markup {
    html! { @if let Some(day) = visit.as_of() { input type="hidden" name="as_of" value=(day); } }
}
