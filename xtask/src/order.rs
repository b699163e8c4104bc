//! The order of a module's functions.
//!
//! What compresses a Worker sees no further back than 32 KB, and the compiler leaves functions that are alike all over the module: those
//! that read or write one type after another. Standing near one another they take up less.

use std::collections::{HashMap, VecDeque};

use anyhow::{Context, Result, anyhow};
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// Functions are alike when they have many pieces of this length in common.
const PIECE_BYTES: usize = 6;
/// A piece that more functions have than these says little of any.
const HOLDERS_MAX: usize = 1000;
/// How far back likeness counts. A compressor sees twice as far, but what is nearer is named in fewer bits.
const WINDOW_BYTES: usize = 16_000;
/// What a function is taken to have of its own besides its pieces: what is a few bytes long is much like anything that holds them.
const OWN_PIECES: usize = 16;

/// The module with its functions in another order; it does the same.
pub fn alike_together(module: &[u8]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut places = vec![0; order.len()];
    for (place, function) in (imported..).zip(&order) {
        *places.get_mut(*function).context("no such function")? = place;
    }
    let mut ordered = Module::new();
    Ordered { imported, order, places }
        .parse_core_module(&mut ordered, Parser::new(0), module)
        .map_err(|error| anyhow!("functions cannot be put in order: {error}"))?;
    Ok(ordered.finish())
}

/// From the largest on, always the one that has most in common with those just before.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut window = Window::new(bodies);
    let mut order = Vec::with_capacity(bodies.len());
    while let Some(function) = window.most_alike() {
        window.push(function);
        order.push(function);
    }
    order
}

/// The functions that stand last in the order, and what those that wait have in common with them.
struct Window<'b> {
    functions: Vec<Waiting<'b>>,
    /// By the number of each piece: who holds it, and how many of them are in the window.
    pieces: Vec<(Vec<usize>, usize)>,
    last: VecDeque<usize>,
    bytes: usize,
}

struct Waiting<'b> {
    body: &'b [u8],
    pieces: Vec<usize>,
    /// How many of its pieces are in the window.
    common: usize,
    is_placed: bool,
}

impl<'b> Window<'b> {
    fn new(bodies: &[&'b [u8]]) -> Self {
        let waiting = |body: &&'b [u8]| Waiting { body, pieces: Vec::new(), common: 0, is_placed: false };
        let mut functions: Vec<_> = bodies.iter().map(waiting).collect();
        let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (function, body) in bodies.iter().enumerate() {
            for piece in body.windows(PIECE_BYTES) {
                let holders = holders.entry(piece).or_default();
                if holders.last() != Some(&function) {
                    holders.push(function);
                }
            }
        }
        holders.retain(|_, functions| (2..=HOLDERS_MAX).contains(&functions.len()));
        for (piece, holders) in holders.values().enumerate() {
            for holder in holders {
                if let Some(function) = functions.get_mut(*holder) {
                    function.pieces.push(piece);
                }
            }
        }
        let pieces = holders.into_values().map(|holders| (holders, 0)).collect();
        Self { functions, pieces, last: VecDeque::new(), bytes: 0 }
    }

    /// The largest, when nothing that waits is like anything here.
    fn most_alike(&self) -> Option<usize> {
        let waiting = self.functions.iter().enumerate().filter(|(_, function)| !function.is_placed);
        let likeness = |(place, function): &(usize, &Waiting<'_>)| {
            let common = function.common * 100_000 / (function.pieces.len() + OWN_PIECES);
            (common, if function.common == 0 { function.body.len() } else { 0 }, *place)
        };
        waiting.max_by_key(likeness).map(|(place, _)| place)
    }

    fn push(&mut self, function: usize) {
        self.count(function, true);
        self.last.push_back(function);
        while self.bytes > WINDOW_BYTES && self.last.len() > 1 {
            let Some(oldest) = self.last.pop_front() else { break };
            self.count(oldest, false);
        }
    }

    fn count(&mut self, function: usize, enters: bool) {
        let Some(function) = self.functions.get_mut(function) else { return };
        function.is_placed = true;
        let step = |count: &mut usize, by: usize| *count = if enters { *count + by } else { *count - by };
        step(&mut self.bytes, function.body.len());
        for piece in function.pieces.clone() {
            let Some((holders, present)) = self.pieces.get_mut(piece) else { continue };
            step(present, 1);
            if *present == usize::from(enters) {
                for holder in holders.iter() {
                    if let Some(holder) = self.functions.get_mut(*holder) {
                        step(&mut holder.common, 1);
                    }
                }
            }
        }
    }
}

struct Ordered {
    imported: u32,
    /// The functions as they are to stand, by where they stood among those that are no imports.
    order: Vec<usize>,
    /// Where each stands then, among all.
    places: Vec<u32>,
}

impl Ordered {
    fn put<T>(&self, mut items: Vec<Option<T>>) -> impl Iterator<Item = T> {
        self.order.iter().filter_map(move |function| items.get_mut(*function)?.take())
    }
}

impl Reencode for Ordered {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported).and_then(|own| usize::try_from(own).ok());
        Ok(own.and_then(|own| self.places.get(own)).copied().unwrap_or(function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().map(|kind| kind.map(Some)).collect::<Result<Vec<_>, _>>()?;
        for kind in self.put(types) {
            functions.function(kind);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().map(|body| body.map(Some)).collect::<Result<Vec<_>, _>>()?;
        let bodies: Vec<FunctionBody<'_>> = self.put(bodies).collect();
        bodies.into_iter().try_for_each(|body| self.parse_function_body(code, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, ImportSection,
        RefType, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{ElementItems, Operator};

    /// Function 0 is imported. Each of the others says its own number, then calls another; every third takes a parameter.
    fn module(calls: &[u32]) -> Vec<u8> {
        let (mut types, mut imports, mut tables) =
            (TypeSection::new(), ImportSection::new(), TableSection::new());
        let (mut functions, mut exports, mut elements, mut code) =
            (FunctionSection::new(), ExportSection::new(), ElementSection::new(), CodeSection::new());
        types.ty().function([], []);
        types.ty().function([ValType::I32], []);
        imports.import("js", "log", EntityType::Function(0));
        let element_type = RefType::FUNCREF;
        tables.table(TableType { element_type, table64: false, minimum: 9, maximum: None, shared: false });
        for (number, called) in (1..).zip(calls) {
            functions.function(u32::from(number % 3 == 0));
            exports.export(&format!("{number}"), ExportKind::Func, number);
            let mut body = Function::new([(number % 2, ValType::F64)]);
            body.instructions().i32_const(number.cast_signed()).call(*called);
            for _ in 0..number % 4 {
                body.instructions().i64_const(i64::MAX).drop();
            }
            body.instructions().end();
            code.function(&body);
        }
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions((0..3).collect()));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports);
        module.section(&elements).section(&code);
        module.finish()
    }

    /// Of each function, where it stands: what it says, its type, and what it calls. Then what is exported, and what the table holds.
    type Told = (Vec<[u32; 3]>, Vec<u32>, Vec<u32>);

    fn functions(module: &[u8]) -> Told {
        let (mut kinds, mut functions, mut exports, mut elements) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::FunctionSection(section) => kinds.extend(section.into_iter().map(Result::unwrap)),
                Payload::ExportSection(section) => {
                    exports.extend(section.into_iter().map(|export| export.unwrap().index));
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let ElementItems::Functions(items) = element.unwrap().items else { panic!() };
                        elements.extend(items.into_iter().map(Result::unwrap));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let (mut said, mut called) = (0, 0);
                    for operator in body.get_operators_reader().unwrap() {
                        match operator.unwrap() {
                            Operator::I32Const { value } => said = value.cast_unsigned(),
                            Operator::Call { function_index } => called = function_index,
                            _ => {}
                        }
                    }
                    functions.push([said, kinds[functions.len()], called]);
                }
                _ => {}
            }
        }
        (functions, exports, elements)
    }

    #[test]
    fn whoever_is_called_is_the_same_as_before() {
        let calls: Vec<u32> = (1..=200).map(|number| number * 7 % 201).collect();
        let before = module(&calls);
        let after = alike_together(&before).unwrap();
        assert_eq!(after, alike_together(&before).unwrap());
        assert_ne!(before, after);

        let (old, exports, elements) = functions(&before);
        let (new, new_exports, new_elements) = functions(&after);
        let said = |index: u32| index.checked_sub(1).map_or(0, |own| new[own as usize][0]);
        let told = |indices: &[u32]| indices.iter().map(|index| said(*index)).collect::<Vec<_>>();
        assert_eq!((told(&new_exports), told(&new_elements)), (exports, elements));
        for [number, kind, called] in new.clone() {
            assert_eq!([number, kind, said(called)], old[number as usize - 1]);
        }
    }

    #[test]
    fn what_is_alike_stands_together() {
        let bodies: [&[u8]; 5] =
            [b"reads an order", b"-- 1 --", b"writes the cart", b"reads an offer", b"writes the card"];
        assert_eq!(order(&bodies), [4, 2, 3, 0, 1]);
        assert!(order(&[]).is_empty());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(alike_together(b"no module at all").is_err());
    }
}
