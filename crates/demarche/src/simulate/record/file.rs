//! Records of SharePoint and OneDrive: files opened, changed, shared, pages viewed.

use std::net::IpAddr;

use crate::simulate::guid::Guid;
use crate::simulate::people::Person;
use crate::simulate::random::{Random, mix};
use crate::simulate::record::{Head, begin};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;
use crate::simulate::world::Token;

/// One request for a file.
#[derive(Debug, Clone, Copy)]
pub struct FileAccess<'a> {
    /// Moment.
    pub at: i64,
    /// Who.
    pub person: &'a Person,
    /// Operation.
    pub operation: &'static str,
    /// Which file of the site, a number.
    pub file: u64,
    /// The owner of the personal site; none for the team's site.
    pub owner: Option<&'a Person>,
    /// Address of the client.
    pub address: IpAddr,
    /// User agent.
    pub agent: &'a str,
    /// Application.
    pub app: Guid,
    /// Session and token, where the record tells.
    pub session: Option<(Guid, Token)>,
}

const FILES: [(&str, &str); 12] = [
    ("Budget 2026", "xlsx"),
    ("Minutes", "docx"),
    ("Draft contract", "docx"),
    ("Staff list", "xlsx"),
    ("Presentation for the board", "pptx"),
    ("Press lines", "docx"),
    ("Roadmap", "pptx"),
    ("Invoice", "pdf"),
    ("Travel plan", "docx"),
    ("Risk register", "xlsx"),
    ("Org chart", "pdf"),
    ("Notes", "txt"),
];

const FOLDERS: [&str; 4] = [
    "Documents",
    "Documents/Projects",
    "Documents/2026",
    "Documents/Team",
];

/// Writes a record of a file, of a page, or of sharing.
pub fn write(sink: &mut Sink, tenant: &Tenant, id: Guid, access: &FileAccess<'_>) {
    let place = Place::of(tenant, access);
    let page = access.operation == "PageViewed";
    let user_key = format!(
        "i:0h.f|membership|{}@live.com",
        access.person.puid.to_lowercase()
    );
    let address = access.address.to_string();
    let head = Head {
        at: access.at,
        record_type: match access.operation {
            "PageViewed" => 4,
            "SharingSet" | "AddedToSecureLink" | "CompanyLinkCreated" => 14,
            _ => 6,
        },
        operation: access.operation,
        result: "",
        user_key: &user_key,
        user_type: 0,
        workload: place.workload,
        client: &address,
        object: &place.url,
        user: &access.person.account,
    };
    begin(sink, tenant, id, &head);
    let correlation = Guid::from_numbers(mix(access.at.unsigned_abs(), access.file), access.file);
    let json = &mut sink.json;
    json.guid("CorrelationId", correlation);
    json.text("EventSource", "SharePoint");
    json.text("ItemType", if page { "Page" } else { "File" });
    json.guid("Site", place.site);
    json.guid("WebId", place.web);
    json.text("UserAgent", access.agent);
    json.guid("ApplicationId", access.app);
    if !page {
        file_fields(sink, access, &place);
    }
    if head.record_type == 14 {
        sharing(sink, tenant, access);
    }
    if let (true, Some((session, token))) = (tenant.linkable(), access.session) {
        let json = &mut sink.json;
        json.object("AppAccessContext");
        json.guid("AADSessionId", session);
        json.guid("ClientAppId", access.app);
        json.guid("CorrelationId", correlation);
        json.time("IssuedAtTime", token.issued);
        json.token("UniqueTokenId", token.id);
        json.end_object();
    }
    sink.end();
}

struct Place {
    workload: &'static str,
    url: String,
    site_url: String,
    site: Guid,
    web: Guid,
    folder: &'static str,
    name: String,
    extension: &'static str,
    item: Guid,
}

impl Place {
    fn of(tenant: &Tenant, access: &FileAccess<'_>) -> Self {
        let host = tenant.organization.split('.').next().unwrap_or_default();
        let (workload, site_url, key) = match access.owner {
            Some(owner) => {
                let personal = owner.account.replace(['@', '.'], "_");
                let url = format!("https://{host}-my.sharepoint.com/personal/{personal}");
                ("OneDrive", url, u64::from(owner.index))
            }
            None => {
                let team = ["Projects", "Office", "Leadership"][(access.file % 3) as usize];
                (
                    "SharePoint",
                    format!("https://{host}.sharepoint.com/sites/{team}"),
                    (1 << 40) | (access.file % 3),
                )
            }
        };
        let mut random = Random::new(tenant.options.seed, &[17, key]);
        let (site, web) = (random.guid(), random.guid());
        let n = mix(key, access.file);
        let (stem, extension) = FILES[(n % FILES.len() as u64) as usize];
        let folder = FOLDERS[(n >> 8) as usize % FOLDERS.len()];
        let name = format!("{stem} {}.{extension}", access.file);
        let url = if access.operation == "PageViewed" {
            format!("{site_url}/SitePages/Home.aspx")
        } else {
            format!("{site_url}/{folder}/{name}")
        };
        Self {
            workload,
            url,
            site_url,
            site,
            web,
            folder,
            name,
            extension,
            item: Guid::from_numbers(n, key),
        }
    }
}

fn file_fields(sink: &mut Sink, access: &FileAccess<'_>, place: &Place) {
    let json = &mut sink.json;
    json.guid(
        "ListId",
        Guid::from_numbers(place.site.0[0].into(), place.site.0[1].into()),
    );
    json.guid("ListItemUniqueId", place.item);
    json.text("SourceFileExtension", place.extension);
    json.text("SiteUrl", &format!("{}/", place.site_url));
    json.text("SourceFileName", &place.name);
    json.text("SourceRelativeUrl", place.folder);
    json.number(
        "FileSizeBytes",
        8_000 + (mix(access.file, 3) % 900_000) as i64,
    );
    if access.operation == "FileSyncDownloadedFull" {
        let device = &access.person.devices[0];
        json.text("DeviceDisplayName", &device.name);
        json.text(
            "MachineId",
            &device.id.map(|id| id.to_string()).unwrap_or_default(),
        );
    } else {
        json.flag("HighPriorityMediaProcessing", false);
        json.text("Platform", "WinDesktop");
    }
}

fn sharing(sink: &mut Sink, tenant: &Tenant, access: &FileAccess<'_>) {
    let other = &tenant.people[(access.file as usize).wrapping_mul(5) % tenant.people.len()];
    let json = &mut sink.json;
    json.text(
        "EventData",
        "<Permissions granted>Contribute</Permissions granted>",
    );
    json.guid(
        "UniqueSharingId",
        Guid::from_numbers(access.file, access.at.unsigned_abs()),
    );
    json.text("TargetUserOrGroupType", "Member");
    json.text("TargetUserOrGroupName", &other.account);
}
