//! Everything that must be there before a Worker can be built or run; what is there already costs next to nothing.

use anyhow::Result;

use crate::{
    node::{self, Node},
    tools::{self, Tools},
    workspace::Workspace,
};

pub struct Setup {
    pub node: Node,
    pub tools: Tools,
}

pub fn provide(workspace: &Workspace) -> Result<Setup> {
    node::install_packages(workspace, "")?;
    let node = node::provide(workspace)?;
    tools::wasm_target(workspace)?;
    let tools = tools::provide(workspace)?;
    Ok(Setup { node, tools })
}
