//! Programs that people use: their application ids, resources and token lifetimes.

use crate::simulate::guid::Guid;
use crate::simulate::people::{BROWSER, COMPUTER, TELEPHONE};

/// A program that somebody uses, or a third-party application that acts for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Desktop mail program.
    Desktop,
    /// Mail in the browser.
    Web,
    /// Mail on the telephone.
    Mobile,
    /// Files in the browser.
    Files,
    /// File synchronisation.
    FileSync,
    /// Chat program.
    Chat,
    /// The new mail program that most people move to, where there is one.
    Next,
}

/// All programs; a program's place here is its index in the token table.
pub const CLIENTS: [Client; 7] = [
    Client::Desktop,
    Client::Web,
    Client::Mobile,
    Client::Files,
    Client::FileSync,
    Client::Chat,
    Client::Next,
];

/// An application or resource and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// Application id.
    pub id: Guid,
    /// Display name.
    pub name: &'a str,
}

const fn named(id: &'static str, name: &'static str) -> Named<'static> {
    Named {
        id: Guid::known(id),
        name,
    }
}

/// Exchange Online, a resource (semantics §7).
pub const EXCHANGE: Named<'static> = named(
    "00000002-0000-0ff1-ce00-000000000000",
    "Office 365 Exchange Online",
);
/// Microsoft Graph, a resource.
pub const GRAPH: Named<'static> = named("00000003-0000-0000-c000-000000000000", "Microsoft Graph");
/// SharePoint Online, a resource.
pub const SHAREPOINT: Named<'static> = named(
    "00000003-0000-0ff1-ce00-000000000000",
    "Office 365 SharePoint Online",
);
/// Azure portal, where administrators work.
pub const PORTAL: Named<'static> = named("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal");
/// Exchange Web Services as the desktop mail program names itself there.
pub const WEB_SERVICES: Guid = Guid::known("fe93bfe1-7947-460a-a5e0-7a5906b51360");
const OFFICE: Named<'static> = named("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office");
const WEB_MAIL: Named<'static> = named("9199bf20-a13f-4107-85dc-02114787ef48", "One Outlook Web");
const MOBILE_MAIL: Named<'static> = named("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile");
const FILE_SYNC: Named<'static> = named(
    "ab9b8c07-8f02-4f72-87fa-80105867a763",
    "OneDrive SyncEngine",
);
/// Of no public list: programs are older in their makers' tenants than in anybody's list.
const NEXT: Named<'static> = named("7c0fb5a2-3c1e-4a6b-9a53-0d1f5e8b2c44", "Outlook Next");
const TEAMS: Named<'static> = named("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams");
const TEAMS_SERVICES: Named<'static> = named(
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
    "Microsoft Teams Services",
);

impl Client {
    /// Its place in token tables.
    #[must_use]
    pub fn index(self) -> usize {
        CLIENTS
            .iter()
            .position(|&client| client == self)
            .unwrap_or_default()
    }

    /// The application that signs in.
    #[must_use]
    pub fn app(self) -> Named<'static> {
        match self {
            Client::Desktop => OFFICE,
            Client::Web => WEB_MAIL,
            Client::Mobile => MOBILE_MAIL,
            Client::Files => SHAREPOINT,
            Client::FileSync => FILE_SYNC,
            Client::Chat => TEAMS,
            Client::Next => NEXT,
        }
    }

    /// What its token is for.
    #[must_use]
    pub fn resource(self) -> Named<'static> {
        match self {
            Client::Desktop | Client::Web | Client::Mobile | Client::Next => EXCHANGE,
            Client::Files | Client::FileSync => SHAREPOINT,
            Client::Chat => TEAMS_SERVICES,
        }
    }

    /// The device it runs on, an index into a person's devices.
    #[must_use]
    pub fn device(self) -> usize {
        match self {
            Client::Desktop | Client::FileSync | Client::Chat | Client::Next => COMPUTER,
            Client::Web | Client::Files => BROWSER,
            Client::Mobile => TELEPHONE,
        }
    }

    /// Shortest and longest life of its access token, in minutes (semantics §3.3).
    #[must_use]
    pub fn token_minutes(self) -> (i64, i64) {
        match self {
            Client::Desktop | Client::Mobile | Client::Chat => (24 * 60, 28 * 60),
            Client::Web | Client::Files | Client::FileSync | Client::Next => (60, 90),
        }
    }

    /// How sign-in logs call the kind of program.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Client::Web | Client::Files => "Browser",
            _ => "Mobile Apps and Desktop clients",
        }
    }

    /// The pair of application ids in its mail records; older exports had them in part only.
    #[must_use]
    pub fn pair(self, linkable: bool) -> (Option<Guid>, Option<Guid>) {
        match (self, linkable) {
            (Client::Web, true) => (Some(EXCHANGE.id), Some(WEB_MAIL.id)),
            (Client::Web, false) => (Some(EXCHANGE.id), None),
            (Client::Next, _) => (Some(EXCHANGE.id), Some(NEXT.id)),
            (Client::Mobile, _) => (Some(MOBILE_MAIL.id), Some(MOBILE_MAIL.id)),
            (_, true) => (Some(OFFICE.id), Some(OFFICE.id)),
            (_, false) => (None, None),
        }
    }
}
