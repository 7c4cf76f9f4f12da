-- MySQL dump 10.13  Distrib 5.7.23
/*!40101 SET NAMES utf8 */;

DROP TABLE IF EXISTS `lamp_authors`;
CREATE TABLE `lamp_authors` (
  `uid` int(11) NOT NULL AUTO_INCREMENT,
  `penname` varchar(200) NOT NULL DEFAULT '',
  `realname` varchar(200) NOT NULL DEFAULT '',
  `email` varchar(200) NOT NULL DEFAULT '',
  `website` varchar(200) NOT NULL DEFAULT '',
  `bio` text,
  `password` varchar(40) NOT NULL DEFAULT '0',
  PRIMARY KEY (`uid`),
  KEY `penname` (`penname`)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;
INSERT INTO `lamp_authors` (`uid`, `penname`, `realname`, `email`, `website`, `bio`, `password`)
VALUES
	(1,'keeper','Real Keepername','keeper@mail.example.net','','','5f4dcc3b5aa765d61d8327deb882cf99'),
	(7,'Wick O\'Lantern','Real Wickname','wick@mail.example.net','http://example.org','I live at wick@mail.example.net','0123456789abcdef0123456789abcdef'),
	(9,'Sn@ffer','Real Snuffname','snuff@mail.example.net','',NULL,'fedcba9876543210fedcba9876543210');

CREATE TABLE `lamp_categories` (
  `catid` int(11) NOT NULL,
  `parentcatid` int(11) NOT NULL DEFAULT '-1',
  `category` varchar(60) NOT NULL DEFAULT ''
);
INSERT INTO `lamp_categories` VALUES (1,-1,'Radio'),(2,1,'Harrow Point'),(3,-1,'Pairings'),(4,3,'Wick/Flame'),(5,-1,'Gen'),(6,7,'Ring'),(7,6,'Round');
INSERT INTO `lamp_classtypes` (`classtype_id`, `classtype_name`, `classtype_title`) VALUES (1,'genres','Genres'),(2,'warnings','Warnings');
INSERT INTO `lamp_classes` (`class_id`, `class_type`, `class_name`) VALUES (1,1,'Drama'),(2,2,'Character Death'),(3,2,'Moths');
INSERT INTO `lamp_ratings` (`rid`, `rating`, `ratingwarning`, `warningtext`) VALUES (1,'PG-13',0,''),(2,'Lanternlight',0,'');
INSERT INTO `lamp_characters` (`charid`, `catid`, `charname`, `bio`, `image`) VALUES (1,2,'Wick','',''),(2,2,'Flame (Harrow Point)','','');
INSERT INTO `lamp_series` (`seriesid`, `title`, `summary`, `uid`) VALUES (3,'Long Nights','All of them.',7);
INSERT INTO `lamp_inseries` (`seriesid`, `sid`, `subseriesid`, `confirmed`, `inorder`) VALUES (3,12,0,1,2);
INSERT INTO `lamp_challenges` (`chalid`, `challenger`, `uid`, `title`) VALUES (4,'keeper',1,'Ten Matches');
INSERT INTO `lamp_coauthors` (`sid`, `uid`) VALUES (12,9),(12,7);
INSERT INTO `lamp_settings` (`sitekey`, `sitename`, `slogan`, `url`, `siteemail`) VALUES ('1','The Lamp Room','It''s lit; mind the step','http://lamproom.example.org','owner@mail.example.net');

CREATE TABLE `lamp_stories` (
  `sid` int(11) NOT NULL AUTO_INCREMENT,
  `title` varchar(200) NOT NULL DEFAULT '',
  `summary` text,
  `storynotes` text,
  `catid` varchar(100) NOT NULL DEFAULT '0',
  `classes` varchar(200) DEFAULT NULL,
  `charid` varchar(250) NOT NULL DEFAULT '0',
  `rid` varchar(25) NOT NULL DEFAULT '0',
  `date` datetime NOT NULL,
  `updated` int(10) unsigned NOT NULL DEFAULT '0',
  `uid` int(11) NOT NULL DEFAULT '0',
  `coauthors` varchar(200) DEFAULT NULL,
  `featured` tinyint(4) NOT NULL DEFAULT '0',
  `validated` tinyint(4) NOT NULL DEFAULT '0',
  `completed` tinyint(4) NOT NULL DEFAULT '0',
  `rr` tinyint(4) NOT NULL DEFAULT '0',
  `wordcount` int(11) NOT NULL DEFAULT '0',
  `challenges` varchar(200) NOT NULL DEFAULT '0',
  PRIMARY KEY (`sid`)
);
INSERT INTO `lamp_stories` VALUES
(12,'The Café of Wicks','Two wicks, one match.<br />Write to wick@mail.example.net!','<p>For <i>Flame</i>; see also (the sequel), that\'s next.</p>','0,2,4,5','1,2,3','1,2','1','2006-01-06 01:02:13',1394755200,7,'9',0,1,1,0,58,'4'),
(13,'Unlit',NULL,NULL,'6','','0','2','0000-00-00 00:00:00',0,9,NULL,0,0,0,1,'12','0');

CREATE TABLE `lamp_chapters` (
  `chapid` int(11) NOT NULL AUTO_INCREMENT,
  `title` varchar(250) NOT NULL DEFAULT '',
  `inorder` int(11) NOT NULL DEFAULT '0',
  `notes` text NOT NULL,
  `storytext` text,
  `endnotes` text,
  `validated` char(1) NOT NULL DEFAULT '0',
  `wordcount` int(11) NOT NULL DEFAULT '0',
  `sid` int(11) NOT NULL DEFAULT '0',
  `uid` int(11) NOT NULL DEFAULT '0',
  PRIMARY KEY (`chapid`)
);
INSERT INTO `lamp_chapters` (`chapid`, `title`, `inorder`, `notes`, `storytext`, `endnotes`, `validated`, `wordcount`, `sid`, `uid`)
VALUES
	(41,'Second Match',2,'','',NULL,'1',20,12,9),
	(40,'First Match',1,'Bring a coat.','','<p>It was a short match.</p>','1',20,12,7),
	(42,'',3,'','<p>The third went out; \"so,\" said Flame, \"did I.\"</p>\r\n<p>That was all.</p>',NULL,'1',12,12,7),
	(43,'Only',1,'','Dark.\nStill dark, said nobody.',NULL,'1',5,13,9);

INSERT INTO `lamp_reviews` (`reviewid`, `item`, `chapid`, `reviewer`, `uid`, `review`, `date`, `rating`, `respond`, `type`) VALUES
(1,12,40,'visitor@mail.example.net',0,'I struck a light to this.<br><br><i>Author\'s Response: Mind your thumbs.</i>',1141171200,5,'1','ST'),
(2,12,42,'',9,'Reach me at snuff@mail.example.net','2006-03-02 00:00:00',0,'0','ST'),
(3,3,0,'keeper',1,'The series is long.',0,0,'0','SE');
