//! Types as text.

use proc_macro2::TokenStream;
use quote::quote;

use super::understand;

/// The text of a parameter's type.
fn text(ty: &TokenStream) -> String {
    let (module, complaints) =
        understand(quote!(), quote!(impl Lamp { #[task(local)] fn set(&self, value: #ty) {} }));
    assert!(complaints.is_empty(), "{complaints:?}");
    module.expect("the block is a module").tasks.remove(0).parameters.remove(0).type_name
}

#[test]
fn types_read_as_people_write_them() {
    let written = [
        "Option<Vec<Option<u8>>>",
        "std::collections::HashMap<String, Option<u8>>",
        "(u8, Vec<String>)",
        "()",
        "[u8; 4]",
        "fn(u8) -> u8",
        "Box<dyn Fn(u8) -> u8 + Send + 'static>",
        "<Lamp as Light>::Level",
        "Table<{ 3 + 4 }>",
        "*const u8",
        "dyn Iterator<Item = u8>",
    ];
    for written in written {
        let parsed: TokenStream = written.parse().expect("the type is Rust");
        assert_eq!(text(&parsed), written);
    }
}
