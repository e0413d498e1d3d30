//! A session in an intruder's hands: it renews tokens and reads as anybody's does.

use std::net::IpAddr;

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::client::{Client, EXCHANGE, GRAPH, Named};
use crate::simulate::guid::Guid;
use crate::simulate::intruder::{Read, read, session};
use crate::simulate::mailbox::SENT_FROM;
use crate::simulate::people::Device;
use crate::simulate::random::Random;
use crate::simulate::record::admin::{self, Command};
use crate::simulate::record::mail::{self, Access};
use crate::simulate::record::sign_in::{self, Outcome, SignIn};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, Token, World};

/// A session that the issuer knows and the intruder uses.
pub struct Foothold {
    /// Index of the account.
    pub person: usize,
    /// Session identifier.
    pub session: Guid,
    /// The program that the intruder's requests come from.
    pub app: Named<'static>,
    /// Pair of application ids in mail records.
    pub pair: (Option<Guid>, Option<Guid>),
    /// `ClientInfoString` of mail records.
    pub client: String,
    /// What the intruder's machine shows of itself.
    pub device: Device,
    /// What was done.
    pub truth: HostileSession,
    /// The current token.
    pub token: Option<Token>,
    /// Whether the session began with an assertion of another issuer.
    pub assertion: bool,
    /// Renewals that the log shows as one row: address, and until when (semantics §4.5).
    pub grouped: Vec<(IpAddr, i64)>,
}

impl Foothold {
    /// A foothold in the web mail of an account, from a machine with this user agent.
    pub fn web(tenant: &Tenant, random: &mut Random, who: (usize, usize), agent: &str) -> Self {
        let (number, person) = who;
        Self {
            person,
            session: random.guid(),
            app: Client::Web.app(),
            pair: Client::Web.pair(tenant.linkable()),
            client: format!("Client=OWA;{agent};"),
            device: machine(agent),
            truth: HostileSession {
                agent: agent.to_owned(),
                ..session(tenant, person, number)
            },
            token: None,
            assertion: false,
            grouped: Vec::new(),
        }
    }

    /// Makes a rule in the account's mailbox.
    pub fn makes_rule(
        &mut self,
        world: &mut World,
        when: (i64, Origin, Guid),
        rule: &[(&str, &str)],
    ) {
        let World { tenant, sink, .. } = world;
        let (at, origin, id) = when;
        let mailbox = &tenant.mailboxes[self.person];
        let name = rule.first().map_or("", |(_, name)| name);
        let object = format!("{}\\{name}", mailbox.alias);
        let command = Command {
            at,
            actor: mailbox,
            operation: "New-InboxRule",
            object: &object,
            parameters: rule,
            address: origin.address,
            session: Some(self.session),
        };
        admin::command(sink, tenant, id, &command);
        self.did(at, "New-InboxRule", id);
    }

    /// Sends a message and removes it from sight.
    pub fn sends(&mut self, world: &mut World, random: &mut Random, when: (i64, Origin)) {
        let World { tenant, sink, .. } = world;
        let (at, origin) = when;
        let token = self.renewed(sink, tenant, when, random);
        let number = SENT_FROM + random.below(1 << 28);
        let (sent, deleted) = (random.guid(), random.guid());
        let access = self.access(tenant, at, origin.address, token);
        mail::item(sink, tenant, sent, &access, ("Send", number, 1));
        let later = self.access(tenant, at + 20, origin.address, token);
        mail::delete(sink, tenant, deleted, &later, ("SoftDelete", &[number]));
        self.did(at, "Send", sent);
        self.did(at + 20, "SoftDelete", deleted);
    }

    fn did(&mut self, at: i64, operation: &'static str, id: Guid) {
        self.truth.actions.push((operation, id));
        self.truth.at(at);
    }

    /// A step of a sign-in as this account, from the intruder's machine.
    pub fn step<'a>(
        &'a self,
        tenant: &'a Tenant,
        what: (i64, Guid, Outcome),
        origin: Origin,
    ) -> SignIn<'a> {
        let (at, id, outcome) = what;
        SignIn {
            at,
            id,
            correlation: self.session,
            interactive: true,
            person: &tenant.people[self.person],
            app: self.app,
            resource: if self.pair.0 == Some(GRAPH.id) {
                GRAPH
            } else {
                EXCHANGE
            },
            kind: "Browser",
            device: &self.device,
            origin,
            session: (outcome == sign_in::SUCCESS).then_some(self.session),
            outcome,
            assertion: self.assertion && outcome == sign_in::SUCCESS,
        }
    }

    /// The sign-in that begins the session: the issuer logs it.
    pub fn begin(&mut self, world: &mut World, random: &mut Random, at: i64, origin: Origin) {
        let id = random.guid();
        let World { tenant, sink, .. } = world;
        let row = self.step(tenant, (at, id, sign_in::SUCCESS), origin);
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
        self.token = Some(Token {
            id,
            issued: at,
            expires: at + random.between(60, 90) * MINUTE,
        });
        self.truth.tokens.insert(id);
        self.truth.sessions.insert(self.session);
        self.truth.addresses.insert(origin.address.to_string());
        self.truth.actions.push(("UserLoggedIn", id));
        self.truth.at(at);
    }

    /// The token at a moment; a renewal is logged as the issuer logs it.
    pub fn renewed(
        &mut self,
        sink: &mut Sink,
        tenant: &Tenant,
        when: (i64, Origin),
        random: &mut Random,
    ) -> Token {
        let (at, origin) = when;
        if let Some(token) = self.token.filter(|token| token.expires > at) {
            return token;
        }
        let token = Token {
            id: random.guid(),
            issued: at - random.between(1, 20),
            expires: at + random.between(60, 90) * MINUTE,
        };
        self.token = Some(token);
        self.truth.tokens.insert(token.id);
        self.truth.addresses.insert(origin.address.to_string());
        self.grouped.retain(|(_, until)| *until > token.issued);
        if self
            .grouped
            .iter()
            .all(|(address, _)| *address != origin.address)
        {
            self.grouped
                .push((origin.address, token.issued + tenant.grouping_hours * HOUR));
            let mut row = self.step(tenant, (token.issued, token.id, sign_in::SUCCESS), origin);
            row.interactive = false;
            sign_in::row(sink, tenant, &row);
        }
        token
    }

    /// What this session's requests to the account's own mailbox look like.
    pub fn access<'a>(
        &'a self,
        tenant: &'a Tenant,
        at: i64,
        shown: IpAddr,
        token: Token,
    ) -> Access<'a> {
        let mailbox = &tenant.mailboxes[self.person];
        let linkable = tenant.linkable();
        // Before linkable ids only the web client's records had a session.
        let session = linkable || self.pair.0 != Some(GRAPH.id);
        Access {
            at,
            actor: mailbox,
            mailbox,
            client: &self.client,
            address: shown,
            pair: self.pair,
            session: session.then_some(self.session),
            token: linkable.then_some(token),
            device: None,
        }
    }

    /// Reads messages; `shown` is the address that the mail record shows.
    pub fn reads(
        &mut self,
        world: &mut World,
        random: &mut Random,
        when: (i64, Origin, IpAddr),
        messages: &[u64],
    ) {
        let (at, origin, shown) = when;
        let World { tenant, sink, .. } = world;
        let token = self.renewed(sink, tenant, (at, origin), random);
        let id = random.guid();
        let done: Read = read(
            sink,
            tenant,
            (id, &self.access(tenant, at, shown, token)),
            messages,
        );
        self.truth.add(done);
    }
}

/// A machine of nobody in the tenant.
pub fn machine(agent: &str) -> Device {
    let windows = agent.contains("Windows");
    Device {
        id: None,
        name: String::new(),
        system: if windows { "Windows10" } else { "Linux" },
        browser: "Chrome 120.0".to_owned(),
        agent: agent.to_owned(),
    }
}
