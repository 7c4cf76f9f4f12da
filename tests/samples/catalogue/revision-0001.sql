-- A catalogue at revision 0001: one work, two copies, a retired id. Made by hand for test_catalogue.py.
BEGIN TRANSACTION;
CREATE TABLE agents (
	agent VARCHAR(128) NOT NULL, 
	certainty FLOAT NOT NULL, 
	names TEXT NOT NULL, 
	CONSTRAINT pk_agents PRIMARY KEY (agent)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE claims (
	witness VARCHAR(128) NOT NULL, 
	position INTEGER NOT NULL, 
	claim VARCHAR(128) NOT NULL, 
	subject TEXT NOT NULL, 
	relation VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	rule VARCHAR(128) NOT NULL, 
	certainty FLOAT NOT NULL, 
	ruling VARCHAR(128), 
	CONSTRAINT pk_claims PRIMARY KEY (witness, position), 
	CONSTRAINT fk_claims_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "claims" VALUES('aaaa1111bbbb2222cccc',0,'c0ffee00c0ffee00c0ff','0a1b2c3d4e5f60718293','also-at','tumblr.com','{"witness":"aaaa1111bbbb2222cccc","text":"Also on my tumblr."}','notes.also',0.9,NULL);
CREATE TABLE documents (
	witness VARCHAR(128) NOT NULL, 
	schema INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (witness), 
	CONSTRAINT fk_documents_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "documents" VALUES('aaaa1111bbbb2222cccc',1,X'01785E55904D6E84300C46E94D22AB4B3A4AF80D7388AE66371A552604886626A1604451D5EBF61AADA1EDA296ACE87B798EAC9CA2287AE4FEE43EF5565CAD1DEC289630FB461003730BE62A6871C6724612DE753D1DC473A843B38AE077EB75C6554CB8ECE186F741744184990EFC6C74E2FEE27AF83D37B6D55F7E0747F60E47987A4CF2E2284B89A5469B6B999A3255CA54D8E655D216B9566D2E9B22CF6CC64EA59AAC4ED1965A6A99A80CD3CA2498410C86F7A7098E6715AB58C6F212C344A3F3DDC660C011BB11879ECD89C2B802DF33DC27CEB0ED7FA037029ED4590C33B54F9A55B8B066EFD637482EF84D66506F1FF462EC48E83CAD3F701AD0FF671FDFF0547237');
INSERT INTO "documents" VALUES('dddd3333eeee4444ffff',1,X'01785E55904B4EC4300C86CB4D228B65A89ABEE8F4106C86DD6884DC247D68A649495D0D15E2BA5C03DC020BACFC72FCF97764E51845D13DEB93F5DC5B71B176B241DCFCE28C2006FAEAF54578A72D9748C20D5D4FB178F28D372BF3DDF4BAE02A66BCEDC515C749745EF885627E353AB2BE38EE7EF3C6B6F8ABDF61203B420D738F6951D669D69A32D5659363C287EF6DA68B0A5171A735CDE131CD50E56D951FAC4D2C562A37AA2CCAD494AA2D508304CDEBD30CF549492513999C25CC1406D76D0C260CD8059C7A76CEE4C30ADC67B84F9C60DB3FA637029EAC32090BB50F155BE1CC363B5A679006EF36338366FB9F176D03E1E068FD81F384EE3FFBF80636307303');
CREATE TABLE items (
	digest VARCHAR(128) NOT NULL, 
	size BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	accession VARCHAR(128) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	format VARCHAR(64), 
	problem_code VARCHAR(64), 
	problem_reason TEXT, 
	"order" BIGINT NOT NULL, 
	CONSTRAINT pk_items PRIMARY KEY (digest)
);
INSERT INTO "items" VALUES('sha256:070a78ae5803c7311c9af592f6581f50d654e40a791d4b3ae78080214a39c2a4',84,'lamp0.txt','ac01','added','plain-text',NULL,NULL,1);
INSERT INTO "items" VALUES('sha256:23fd62c6b4a04a0d62f3c58aa123ffdb9723a14f849ee0ea814d16562d61f5ac',83,'lamp1.txt','ac01','added','plain-text',NULL,NULL,2);
CREATE TABLE lost (
	witness VARCHAR(128) NOT NULL, 
	position INTEGER NOT NULL, 
	site TEXT NOT NULL, 
	url TEXT, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_lost PRIMARY KEY (witness, position), 
	CONSTRAINT fk_lost_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "lost" VALUES('aaaa1111bbbb2222cccc',0,'tumblr.com',NULL,'Also on my tumblr.');
CREATE TABLE provenance (
	witness VARCHAR(128) NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_provenance PRIMARY KEY (witness), 
	CONSTRAINT fk_provenance_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "provenance" VALUES('aaaa1111bbbb2222cccc','{"creators":[],"links":["https://example.org/lamp"],"wishes":[]}');
INSERT INTO "provenance" VALUES('dddd3333eeee4444ffff','{"creators":[],"links":["https://example.org/lamp"],"wishes":[]}');
CREATE TABLE receptions (
	accession VARCHAR(128) NOT NULL, 
	number INTEGER NOT NULL, 
	digest VARCHAR(128), 
	name TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	problem_code VARCHAR(64), 
	problem_reason TEXT, 
	"order" BIGINT NOT NULL, 
	CONSTRAINT pk_receptions PRIMARY KEY (accession, number)
);
INSERT INTO "receptions" VALUES('ac01',0,'sha256:070a78ae5803c7311c9af592f6581f50d654e40a791d4b3ae78080214a39c2a4','lamp0.txt','added',NULL,NULL,1);
INSERT INTO "receptions" VALUES('ac01',1,'sha256:23fd62c6b4a04a0d62f3c58aa123ffdb9723a14f849ee0ea814d16562d61f5ac','lamp1.txt','added',NULL,NULL,2);
CREATE TABLE relations (
	witness VARCHAR(128) NOT NULL, 
	position INTEGER NOT NULL, 
	address VARCHAR(300), 
	relation TEXT NOT NULL, 
	CONSTRAINT pk_relations PRIMARY KEY (witness, position), 
	CONSTRAINT fk_relations_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
CREATE TABLE retired (
	work VARCHAR(128) NOT NULL, 
	kept VARCHAR(128), 
	change BIGINT NOT NULL, 
	CONSTRAINT pk_retired PRIMARY KEY (work)
);
INSERT INTO "retired" VALUES('99998888777766665555','0a1b2c3d4e5f60718293',3);
CREATE TABLE rulings (
	ruling VARCHAR(128) NOT NULL, 
	position BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	"on" TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at VARCHAR(40) NOT NULL, 
	why TEXT, 
	undoes VARCHAR(128), 
	CONSTRAINT pk_rulings PRIMARY KEY (ruling), 
	CONSTRAINT uq_rulings_position UNIQUE (position)
);
CREATE TABLE state (
	"key" VARCHAR(128) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_state PRIMARY KEY ("key")
);
INSERT INTO "state" VALUES('order','4');
INSERT INTO "state" VALUES('change','3');
INSERT INTO "state" VALUES('identity','0123456789abcdef');
CREATE TABLE tags (
	work VARCHAR(128) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	position INTEGER NOT NULL, 
	value TEXT NOT NULL, 
	"key" VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (work, kind, position), 
	CONSTRAINT fk_tags_work_works FOREIGN KEY(work) REFERENCES works (work) ON DELETE CASCADE
);
INSERT INTO "tags" VALUES('0a1b2c3d4e5f60718293','fandom',0,'Harbour Lights','harbour lights');
CREATE TABLE texts (
	witness VARCHAR(128) NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_texts PRIMARY KEY (witness), 
	CONSTRAINT fk_texts_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "texts" VALUES('aaaa1111bbbb2222cccc',X'78011DCAD10D80200C45D155DE048CE2970B546880802D6A09617B099FE7E69E8951981BBF18DA25C056F0557D818DEC79990C92633287432F0D132AFB7A3A4D7C34362ADD0D51A1DDDC0F0A291E08');
INSERT INTO "texts" VALUES('dddd3333eeee4444ffff',X'78011DCAC10D80201044D156A6024AF164032B6CC0800CEA1243F7128EFFE5EF4991559B3EF8D86B804DF0853E83D5EB4C31D4332673D878308CE96BBABB0CBCF2AD2872354482DDDC0FE5E11D91');
CREATE TABLE witness_items (
	witness VARCHAR(128) NOT NULL, 
	position INTEGER NOT NULL, 
	digest VARCHAR(128) NOT NULL, 
	CONSTRAINT pk_witness_items PRIMARY KEY (witness, position), 
	CONSTRAINT fk_witness_items_witness_witnesses FOREIGN KEY(witness) REFERENCES witnesses (witness) ON DELETE CASCADE
);
INSERT INTO "witness_items" VALUES('aaaa1111bbbb2222cccc',0,'sha256:070a78ae5803c7311c9af592f6581f50d654e40a791d4b3ae78080214a39c2a4');
INSERT INTO "witness_items" VALUES('dddd3333eeee4444ffff',0,'sha256:23fd62c6b4a04a0d62f3c58aa123ffdb9723a14f849ee0ea814d16562d61f5ac');
CREATE TABLE witnesses (
	witness VARCHAR(128) NOT NULL, 
	work VARCHAR(128) NOT NULL, 
	siglum VARCHAR(16) NOT NULL, 
	"order" BIGINT NOT NULL, 
	digest VARCHAR(128) NOT NULL, 
	place TEXT NOT NULL, 
	name TEXT NOT NULL, 
	format VARCHAR(64) NOT NULL, 
	accession VARCHAR(128) NOT NULL, 
	added VARCHAR(40) NOT NULL, 
	site TEXT, 
	url TEXT, 
	address VARCHAR(300), 
	captured TEXT, 
	words BIGINT NOT NULL, 
	chapters INTEGER NOT NULL, 
	extent VARCHAR(16) NOT NULL, 
	version_key VARCHAR(128) NOT NULL, 
	tokens BIGINT NOT NULL, 
	base BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	kinship VARCHAR(16) NOT NULL, 
	applied INTEGER NOT NULL, 
	proposed INTEGER NOT NULL, 
	metadata TEXT NOT NULL, 
	CONSTRAINT pk_witnesses PRIMARY KEY (witness), 
	CONSTRAINT fk_witnesses_work_works FOREIGN KEY(work) REFERENCES works (work), 
	CONSTRAINT uq_witnesses_work_siglum UNIQUE (work, siglum)
);
INSERT INTO "witnesses" VALUES('aaaa1111bbbb2222cccc','0a1b2c3d4e5f60718293','A',1,'sha256:070a78ae5803c7311c9af592f6581f50d654e40a791d4b3ae78080214a39c2a4','','lamp0.txt','plain-text','ac01','2026-02-03T04:05:06Z',NULL,NULL,NULL,NULL,17,1,'whole','v0',17,1,1,'same',0,0,'{"title":"The Keeper''s Clock","creators":[{"name":"Wren","role":"author"}],"fandoms":["Harbour Lights"],"rating":"General Audiences","status":"unknown","restricted":false,"extent":"unknown","trust":{"title":"text"}}');
INSERT INTO "witnesses" VALUES('dddd3333eeee4444ffff','0a1b2c3d4e5f60718293','B',2,'sha256:23fd62c6b4a04a0d62f3c58aa123ffdb9723a14f849ee0ea814d16562d61f5ac','','lamp1.txt','plain-text','ac01','2026-02-03T04:05:06Z',NULL,NULL,NULL,NULL,17,1,'whole','v1',17,0,2,'revised',0,0,'{"title":"The Keeper''s Clock","creators":[{"name":"Wren","role":"author"}],"fandoms":["Harbour Lights"],"rating":"General Audiences","status":"unknown","restricted":false,"extent":"unknown","trust":{"title":"text"}}');
CREATE TABLE works (
	work VARCHAR(128) NOT NULL, 
	"order" BIGINT NOT NULL, 
	adult BOOLEAN, 
	base VARCHAR(128), 
	words BIGINT NOT NULL, 
	chapters INTEGER NOT NULL, 
	versions INTEGER NOT NULL, 
	metadata TEXT NOT NULL, 
	taken_from TEXT NOT NULL, 
	lost INTEGER NOT NULL, 
	change BIGINT NOT NULL, 
	CONSTRAINT pk_works PRIMARY KEY (work)
);
INSERT INTO "works" VALUES('0a1b2c3d4e5f60718293',1,0,'aaaa1111bbbb2222cccc',17,1,2,'{"title":"The Keeper''s Clock","creators":[{"name":"Wren","role":"author"}],"fandoms":["Harbour Lights"],"rating":"General Audiences","status":"unknown","restricted":false,"extent":"unknown","trust":{"title":"text"}}','{"title":"A"}',1,3);
CREATE INDEX ix_receptions_digest ON receptions (digest);
CREATE INDEX ix_works_change ON works (change);
CREATE INDEX ix_works_order ON works ("order");
CREATE INDEX ix_retired_change ON retired (change);
CREATE INDEX ix_retired_kept ON retired (kept);
CREATE INDEX ix_tags_kind_key ON tags (kind, "key");
CREATE INDEX ix_witnesses_address ON witnesses (address);
CREATE INDEX ix_witnesses_digest ON witnesses (digest);
CREATE INDEX ix_witnesses_version_key ON witnesses (version_key);
CREATE INDEX ix_witness_items_digest ON witness_items (digest);
CREATE INDEX ix_claims_claim ON claims (claim);
CREATE INDEX ix_relations_address ON relations (address);
COMMIT;
