//! The programs that are compiled.

use std::fmt::Write;
use std::path::Path;

pub const MODULES: usize = 40;
pub const TASKS: usize = 8;
pub const USES: usize = 1000;

/// How a task is called.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Stub,
    /// By a name that the compiler does not look at.
    Name,
    /// By a name that the compiler checks.
    Checked,
}

/// Whether it is waited for what a task comes to.
#[derive(Clone, Copy)]
enum Patience {
    Awaits,
    Queues,
}

/// Name, dependency and source of each.
pub fn programs() -> Vec<(&'static str, String, String)> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("looselycoupled");
    let ours = format!("looselycoupled = {{ path = \"{}\" }}", ours.display());
    let kameo =
        "kameo = { version = \"0.22.2\", default-features = false, features = [\"macros\"] }".to_owned();
    vec![
        ("no-modules", ours.clone(), modules(0)),
        ("modules", ours.clone(), modules(MODULES)),
        ("no-actors", kameo.clone(), actors(0)),
        ("actors", kameo, actors(MODULES)),
        ("by-stub", ours.clone(), calls(Way::Stub, Patience::Awaits)),
        ("by-name", ours.clone(), calls(Way::Name, Patience::Awaits)),
        ("checked", ours.clone(), calls(Way::Checked, Patience::Awaits)),
        ("queued-by-name", ours.clone(), calls(Way::Name, Patience::Queues)),
        ("queued-checked", ours.clone(), calls(Way::Checked, Patience::Queues)),
        ("events-by-name", ours.clone(), events(Way::Name)),
        ("events-checked", ours, events(Way::Checked)),
    ]
}

/// As many lines as `make` makes.
fn lines(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", make(number)).expect("a text can be written to");
        text
    })
}

const BODY: &str = "{ self.sum += u64::from(number) + text.len() as u64; self.sum }";

fn module(module: usize) -> String {
    let tasks = lines(TASKS, |task| {
        format!("    #[task]\n    async fn t{task}(&mut self, number: u32, text: String) -> u64 {BODY}")
    });
    format!(
        "#[derive(Default)]\nstruct M{module} {{ sum: u64 }}\n\n#[module]\nimpl M{module} {{\n{tasks}}}\n"
    )
}

/// Each module is called in a function of its own.
fn modules(count: usize) -> String {
    let declared = lines(count, |number| format!("{}\n{}", module(number), use_of_module(number)));
    let listed = lines(count, |module| format!("        .module(\"m{module}\", M{module}::default())"));
    let uses = lines(count, |module| format!("    sum += use_{module}(&handle).await?;"));
    format!(
        "use looselycoupled::prelude::*;\n\n{declared}\n#[looselycoupled::main]\nasync fn main() -> Result<(), Box<dyn \
         std::error::Error>> {{\n    let app = App::builder()\n{listed}        .start().await?;\n    let handle = app.handle();\n    \
         let _ = &handle;\n    let mut sum = 0_u64;\n{uses}    sum += 1;\n    println!(\"{{sum}}\");\n    Ok(app.shutdown().await?)\n}}\n"
    )
}

fn use_of_module(module: usize) -> String {
    let calls = lines(TASKS, |task| format!("    sum += stub.t{task}(1, String::new()).await?;"));
    format!(
        "async fn use_{module}(handle: &Handle) -> Result<u64> {{\n    let stub: M{module}Stub = handle.stub(\"m{module}\")?;\n    let \
         mut sum = 0;\n{calls}    Ok(sum)\n}}\n"
    )
}

fn actor(actor: usize) -> String {
    let messages = lines(TASKS, |task| {
        format!(
            "        #[message]\n        pub async fn t{task}(&mut self, number: u32, text: String) -> u64 {BODY}"
        )
    });
    format!(
        "mod m{actor} {{\n    use kameo::prelude::*;\n    #[derive(Actor, Default)]\n    pub struct M {{ sum: u64 }}\n    \
         #[messages]\n    impl M {{\n{messages}    }}\n}}\n"
    )
}

fn actors(count: usize) -> String {
    let declared = lines(count, |number| format!("{}\n{}", actor(number), use_of_actor(number)));
    let uses = lines(count, |actor| format!("    sum += use_{actor}().await?;"));
    format!(
        "#[allow(unused_imports)]\nuse kameo::prelude::*;\n\n{declared}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> \
         Result<(), Box<dyn std::error::Error>> {{\n    let mut sum = 0_u64;\n{uses}    sum += 1;\n    println!(\"{{sum}}\");\n    \
         Ok(())\n}}\n"
    )
}

fn use_of_actor(actor: usize) -> String {
    let calls = lines(TASKS, |task| {
        format!("    sum += actor.ask(m{actor}::T{task} {{ number: 1, text: String::new() }}).await?;")
    });
    format!(
        "async fn use_{actor}() -> Result<u64, Box<dyn std::error::Error>> {{\n    let actor = \
         m{actor}::M::spawn(m{actor}::M::default());\n    let mut sum = 0;\n{calls}    Ok(sum)\n}}\n"
    )
}

/// The same calls of one module's tasks in each way, ten in each function.
fn calls(way: Way, patience: Patience) -> String {
    let app = if way == Way::Checked { "app! { m0: M0 }\n" } else { "" };
    let functions = lines(USES / 10, |function| {
        let calls = lines(10, |number| {
            let task = number % TASKS;
            let values = match way {
                Way::Stub => format!("m0.t{task}(1, String::new())"),
                Way::Name => format!("\"m0.t{task}\", args! {{ text: String::new(), number: 1 }}"),
                Way::Checked => format!("handle, \"m0.t{task}\", text = String::new(), number = 1"),
            };
            match (way, patience) {
                (Way::Stub, Patience::Awaits) => format!("    sum += {values}.await?;"),
                (Way::Stub, Patience::Queues) => format!("    {values}.enqueue().await?;\n    sum += 1;"),
                (Way::Name, Patience::Awaits) => {
                    format!("    let told: u64 = handle.exec_task({values}).await?.get()?;\n    sum += told;")
                }
                (Way::Name, Patience::Queues) => {
                    format!("    handle.enqueue_task({values}).await?;\n    sum += 1;")
                }
                (Way::Checked, Patience::Awaits) => format!("    sum += exec!({values}).await?;"),
                (Way::Checked, Patience::Queues) => {
                    format!("    enqueue!({values}).await?;\n    sum += 1;")
                }
            }
        });
        let stub = if way == Way::Stub { "    let m0: M0Stub = handle.stub(\"m0\")?;\n" } else { "" };
        format!(
            "async fn f{function}(handle: &Handle) -> Result<u64> {{\n{stub}    let mut sum = 0;\n{calls}    Ok(sum)\n}}\n"
        )
    });
    let uses = lines(USES / 10, |function| format!("    println!(\"{{}}\", f{function}(&handle).await?);"));
    format!(
        "use looselycoupled::prelude::*;\n\n{}\n{app}\n{functions}\n#[looselycoupled::main]\nasync fn main() -> Result<(), Box<dyn \
         std::error::Error>> {{\n    let app = App::builder().module(\"m0\", M0::default()).start().await?;\n    let handle = \
         app.handle();\n{uses}    Ok(app.shutdown().await?)\n}}\n",
        module(0)
    )
}

/// Events of one module, sent in each way, ten in each function.
fn events(way: Way) -> String {
    let app = if way == Way::Checked { "app! { m0: M0 }\n" } else { "" };
    let emits =
        (0..TASKS).map(|event| format!("e{event}(number: u32, text: String)")).collect::<Vec<_>>().join(", ");
    let functions = lines(USES / 10, |function| {
        let sent = lines(10, |number| {
            let event = number % TASKS;
            match way {
                Way::Checked => {
                    format!("    emit!(handle, \"e{event}\", text = String::new(), number = 1).await?;")
                }
                _ => format!(
                    "    handle.trigger_event(\"e{event}\", args! {{ text: String::new(), number: 1 }}).await?;"
                ),
            }
        });
        format!("async fn f{function}(handle: &Handle) -> Result<()> {{\n{sent}    Ok(())\n}}\n")
    });
    let uses = lines(USES / 10, |function| format!("    f{function}(&handle).await?;"));
    format!(
        "use looselycoupled::prelude::*;\n\n#[derive(Default)]\nstruct M0;\n\n#[module(emits({emits}))]\nimpl M0 {{}}\n{app}\n{functions}\n\
         #[looselycoupled::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let app = \
         App::builder().module(\"m0\", M0).start().await?;\n    let handle = app.handle();\n{uses}    Ok(app.shutdown().await?)\n}}\n"
    )
}
